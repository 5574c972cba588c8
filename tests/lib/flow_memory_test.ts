import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { type Config, parseConfig } from "../../lib/config.ts";
import { Controller } from "../../lib/controller.ts";
import { DataplaneError, type Simulation } from "../../lib/dataplane.ts";
import { FlowMemory } from "../../lib/flow_memory.ts";
import { noteOwner, removeLeftovers } from "../../lib/flow_memory/leftovers.ts";
import { A, frames, refused } from "./controllers.ts";

const CLOCK = 100_000;
const FLOWS = 200;

interface Run {
  controller: Controller;
  simulation: Simulation;
  /** Sends the first packets of flows; the address of each one's server, or the verdict. */
  send(count?: number, destination?: string): string[];
}

function config(servers: number[], more: object = {}, conf: object = {}): Config {
  return parseConfig({
    conf: { ip4_src_address: "192.0.2.10", buckets: 1024, ...conf },
    interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:09" } } },
    vips: [{
      prefix: A,
      servers: servers.map((last) => ({ address: `10.0.0.${last}` })),
      ...more,
    }],
  });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "guideway-test-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The program from start to end, with a simulation in place of ports. */
async function run(
  folder: string,
  config: Config,
  use: (run: Run) => Promise<void> | void,
): Promise<void> {
  await using simulation = simulate();
  simulation.setClock(CLOCK);
  const memory = await FlowMemory.open(simulation, folder);
  const controller = await Controller.start({ dataplane: simulation, store: null, config, memory });
  const send = (count = FLOWS, destination?: string) =>
    simulation.frames(frames(count, destination)).map(({ verdict, output }) =>
      // The destination of the outer header.
      output === null ? verdict : output.subarray(30, 34).join(".")
    );
  try {
    await use({ controller, simulation, send });
  } finally {
    await controller.close();
  }
}

Deno.test("flows stay with their servers, although half of these are others at the next start", async () => {
  await withFolder(async (folder) => {
    let before: string[] = [];
    await run(folder, config([1, 2, 3, 4]), ({ send }) => {
      before = send();
    });
    assert.equal(new Set(before).size, 4);
    await run(folder, config([9, 4, 8, 3]), async ({ controller, send }) => {
      assert.deepEqual(send(), before);
      await controller.refresh();
      assert.deepEqual(send(), before);
      const { servers } = controller.counters().vips[0]!;
      const of = (last: number) => servers.find(({ address }) => address === `10.0.0.${last}`)!;
      assert.equal(of(1).state, "removed");
      assert.equal(
        of(1).counters.flows,
        before.filter((address) => address === "10.0.0.1").length,
      );
      assert.ok(send(2 * FLOWS).includes("10.0.0.9"));
    });
  });
});

Deno.test("slot ids of servers that are gone are not given to others while flows hold them", async () => {
  await withFolder(async (folder) => {
    let before: string[] = [];
    await run(folder, config([1, 2]), ({ send }) => {
      before = send();
    });
    for (const servers of [[3], [4, 5], [6, 7, 8], [9]]) {
      await run(folder, config(servers), ({ send }) => assert.deepEqual(send(), before));
    }
  });
});

Deno.test("flows of a server that was flushed do not come back at the next start", async () => {
  await withFolder(async (folder) => {
    await run(folder, config([1, 2]), async ({ controller, send }) => {
      assert.ok(send().includes("10.0.0.2"));
      await controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.2", flush: true });
    });
    await run(folder, config([1, 3]), ({ send }) => {
      assert.deepEqual([...new Set(send())].sort(), ["10.0.0.1", "10.0.0.3"]);
    });
  });
});

Deno.test("flows of a VIP that is gone stay for when it comes back, and go nowhere else", async () => {
  await withFolder(async (folder) => {
    let before: string[] = [];
    await run(folder, config([1, 2]), ({ send }) => {
      before = send();
    });
    await run(folder, config([5], { prefix: "91.0.0.0/8" }), ({ send }) => {
      assert.deepEqual(new Set(send()), new Set(["left_not_vip"]));
      assert.deepEqual(new Set(send(3, "91.9.0.1:80")), new Set(["10.0.0.5"]));
    });
    await run(folder, config([1, 5]), ({ send }) => assert.deepEqual(send(), before));
  });
});

Deno.test("a refused change leaves the next start what runs", async () => {
  await withFolder(async (folder) => {
    let before: string[] = [];
    await run(folder, config([1, 2]), async ({ controller, simulation, send }) => {
      before = send();
      const { commit } = simulation;
      simulation.commit = () => Promise.reject(new DataplaneError("no", 22));
      await refused(
        controller.apply({ kind: "server.remove", vip: A, address: "10.0.0.2", flush: true }),
      );
      simulation.commit = commit;
    });
    await run(folder, config([1, 2]), ({ send }) => assert.deepEqual(send(), before));
  });
});

Deno.test("without the file that explains slot ids, or with a damaged one, it starts without flows", async () => {
  const damages: ((path: string) => void)[] = [
    (path) => Deno.removeSync(path),
    (path) => Deno.truncateSync(path, 10),
    (path) => Deno.truncateSync(path, 0),
    (path) => Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace(".0.2", ".0.7")),
  ];
  for (const damage of damages) {
    await withFolder(async (folder) => {
      await run(folder, config([1, 2]), ({ send }) => void send());
      damage(`${folder}/slots.json`);
      await using simulation = simulate();
      simulation.setClock(CLOCK);
      const memory = await FlowMemory.open(simulation, folder);
      assert.equal(memory.found.ids.vips.size, 0);
      assert.deepEqual(
        [...Deno.readDirSync(folder)].filter(({ name }) => /^flows-/.test(name)),
        [],
      );
    });
  }
});

Deno.test("a folder that another program uses is refused", async () => {
  await withFolder(async (folder) => {
    await using first = simulate();
    await FlowMemory.open(first, folder);
    await using second = simulate();
    await assert.rejects(FlowMemory.open(second, folder), /another program has its flows there/);
  });
});

Deno.test("folders of state directories that are gone are removed, others stay", async () => {
  await withFolder((folder) => {
    const beside = (digit: string) => `${folder}/guideway-${digit.repeat(16)}`;
    for (const digit of ["a", "b", "c"]) Deno.mkdirSync(beside(digit));
    noteOwner(beside("a"), folder);
    noteOwner(beside("b"), `${folder}/gone`);
    removeLeftovers(beside("a"));
    const left = [...Deno.readDirSync(folder)].map(({ name }) => name.at(-1)).sort();
    assert.deepEqual(left, ["a", "c"]);
    return Promise.resolve();
  });
});
