import assert from "node:assert/strict";
import { selfCommand } from "../../lib/demo/child.ts";
import { rootTest } from "./lab.ts";
import { INTERFACES } from "./lab_links.ts";
import {
  again,
  assertRefused,
  config,
  GRE,
  keptLongAgo,
  NAT,
  Stream,
  told,
  withFlows,
} from "./lab_restarts.ts";
import type { Site } from "./lab_site.ts";

/** RESTARTS=10 measures better. */
const RESTARTS = Number(Deno.env.get("RESTARTS") ?? 3);
/** Whatever else the machine does. */
const MOST_MS = 3000;

async function assertForwards(site: Site): Promise<void> {
  for (const vip of [GRE, NAT]) assert.equal(await site.curl(`http://${vip}/`), "s1");
}

/** Starts it with one worker by a text of the configuration; what it logs until it is ready. */
async function startWith(
  site: Site,
  folder: string,
  edit: (text: string) => string,
): Promise<string[]> {
  const file = `${site.net.folder}/edited.json`;
  const { conf, interfaces, vips } = JSON.parse(
    await Deno.readTextFile(`${site.net.folder}/config.json`),
  );
  await Deno.writeTextFile(file, edit(JSON.stringify({ conf, interfaces, vips, workers: 1 })));
  const state = ["--state", `${site.net.folder}/state`, "--socket", site.socket];
  const command = selfCommand(["run", "--config", file, ...state, "--flow-memory", folder]);
  const lines: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const child = site.net.start("Guideway", "gw", command, (line) => {
    lines.push(line);
    if (line.includes('"event":"ready"')) resolve();
  });
  await Promise.race([promise, child.failure()]);
  return lines;
}

for (const end of ["kill", "stop"] as const) {
  rootTest(
    `a program that was ended (${end}) forwards again before it is loaded`,
    () => measure(end),
  );
}

async function measure(end: "kill" | "stop"): Promise<void> {
  await withFlows(async (site) => {
    assert.equal(told(site, "early"), undefined);
    assert.equal(told(site, "early_refused"), undefined, "the first start has nothing to tell");
    const stream = await Stream.open(site);
    const longest: number[] = [];
    for (let n = 0; n < RESTARTS; n++) {
      const began = Date.now();
      await again(site, config(), undefined, end);
      longest.push(await stream.longestSince(began));
      const { revision, ms } = told(site, "early") ?? {};
      assert.equal(revision, (await site.api.status()).revision);
      assert.ok(Number(ms) > 0, site.guideway.words);
      assert.ok(told(site, "flows_kept"), site.guideway.words);
      assert.deepEqual(await site.drops(), {}, site.guideway.words);
    }
    longest.sort((a, b) => a - b);
    const median = longest[longest.length >> 1]!;
    console.log(`longest time without a packet: median ${median} ms, all ${longest.join(" ")} ms`);
    assert.ok(median < MOST_MS, `${longest.join(" ")} ms`);
  });
}

rootTest("it goes over to the configuration of the start", async (t) => {
  await withFlows(async (site, folder) => {
    await t.step("which has another VIP, and an interface less", async () => {
      const { client, lan } = INTERFACES;
      const spare = { device: "af_packet:spare" };
      await site.net.ip("gw", "link add spare type veth peer name other", "link set spare up");
      await again(site, config({ interfaces: { client, lan, spare } }));
      assert.ok(told(site, "early"), site.guideway.words);
      await again(site, config({ vips: config().vips.slice(1) }));
      assert.ok(told(site, "early"), site.guideway.words);
      const { interfaces, vips } = await site.api.status();
      assert.deepEqual(interfaces.map(({ name }) => name), ["client", "lan"]);
      assert.equal(vips, 1);
      assert.equal(await site.curl(`http://${NAT}/`), "s1");
      const open = await site.net.shell("gw", "cut -d' ' -f5- /proc/net/packet | wc -l");
      assert.equal(open.trim(), "3", "a line of words and two sockets");
    });

    await t.step("which wants other workers", async () => {
      await again(site, config({ workers: 2 }));
      assertRefused(site, /other workers/);
      await assertForwards(site);
    });

    await t.step("which wants other workers, as only its reader finds out", async () => {
      await again(site);
      await keptLongAgo();
      await site.guideway.kill();
      const lines = await startWith(
        site,
        folder,
        (text) => text.replace('"workers"', '"wor\\u006bers"'),
      );
      const events = lines.map((line) => JSON.parse(line).event);
      assert.ok(events.includes("early"), lines.join("\n"));
      assert.ok(events.indexOf("early_undone") < events.indexOf("start"), lines.join("\n"));
      assert.match(lines.find((line) => line.includes('"start"'))!, /"workers":1,/);
      await assertForwards(site);
    });
  });
});

rootTest("it starts as it always can where it cannot go on", async (t) => {
  await withFlows(async (site, folder) => {
    const image = `${folder}/image`;

    await t.step("with an image that is damaged", async () => {
      await again(site, config(), async () => {
        using file = await Deno.open(image, { write: true });
        await file.seek(-1, Deno.SeekMode.End);
        await file.write(new Uint8Array([0x55]));
      });
      assertRefused(site, /its sum is wrong/);
      await assertForwards(site);
    });

    await t.step("with an image whose process is silent for long", async () => {
      await again(site, config(), async () => {
        const then = new Date(Date.now() - 70_000);
        await Deno.utime(image, then, then);
      });
      assertRefused(site, /last sign of life is 7\d s old/);
      await assertForwards(site);
    });

    await t.step("with slot ids that mean something else by now", async () => {
      await again(site, config(), () => Deno.writeTextFile(`${folder}/slots.json`, "{}\n"));
      assertRefused(site, /still to be kept/);
      await assertForwards(site);
    });

    await t.step("with a port whose MAC address is another", async () => {
      await again(site, config(), async () => {
        await site.net.ip("gw", "link set eth2 address 02:00:00:00:12:34");
      });
      assertRefused(site, /eth2: not the port that it was/);
      await assertForwards(site);
    });

    await t.step("with a port that is no more", async () => {
      const spare = { device: "af_packet:spare" };
      await site.net.ip("gw", "link add spare type veth peer name other", "link set spare up");
      await again(site, config({ interfaces: { ...INTERFACES, spare } }));
      await again(site, config(), () => site.net.ip("gw", "link del spare"));
      assertRefused(site, /no interface "spare"/);
      await assertForwards(site);
    });
  });
});
