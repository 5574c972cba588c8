/** Two programs that are joined by memif: who came first listens, the other one calls. */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import { selfCommand } from "../../lib/demo/child.ts";
import { guideway } from "../cli/program.ts";
import { rootTest, until } from "./lab.ts";
import { Net } from "./lab_net.ts";
import { executable } from "./lab_upgrade.ts";

/** One of the two, in a state folder of its own. */
async function start(net: Net, name: string) {
  const config = {
    interfaces: {
      joined: { device: `memif:${net.folder}/memif.sock`, next_hop: { mac: "02:00:00:00:00:01" } },
    },
    vips: [],
  };
  await Deno.writeTextFile(`${net.folder}/config.json`, JSON.stringify(config));
  const socket = `${net.folder}/${name}.sock`;
  const words = ["--config", `${net.folder}/config.json`, "--state", `${net.folder}/${name}`];
  const more = ["--flow-memory", "none", "--listen", "127.0.0.1:0", "--socket", socket];
  const program = net.start(name, "gw", selfCommand(["run", ...words, ...more]));
  const api = connectTo({ socket });
  await until(name, 20, () => api.status().catch(() => null));
  return { program, api, socket, [Symbol.dispose]: () => api[Symbol.dispose]() };
}

async function joined(...programs: { api: Client }[]): Promise<void> {
  for (const { api } of programs) {
    await until("a link", 20, async () => (await api.status()).interfaces[0]?.link_up || null);
  }
}

rootTest("who calls over memif calls again when the other one is back", async (t) => {
  await using net = await Net.open(["gw"]);
  using first = await start(net, "first");
  using second = await start(net, "second");
  await joined(first, second);

  const file = await executable(net.folder);
  for (const one of [first, second]) {
    await t.step(`after an upgrade of the ${one === first ? "first" : "second"}`, async () => {
      const { code, stderr } = await guideway(["upgrade", file, "--socket", one.socket]);
      assert.equal(code, 0, stderr + one.program.words);
      await joined(first, second);
    });
  }
  await t.step("after the first was killed, and its socket stayed", async () => {
    await first.program.kill();
    await until("no link", 20, async () => !(await second.api.status()).interfaces[0]!.link_up);
    using again = await start(net, "first");
    await joined(again, second);
    assert.doesNotMatch(again.program.words, /"level":"error"/);
  });
});
