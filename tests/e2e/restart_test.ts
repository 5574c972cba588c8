import assert from "node:assert/strict";
import { rootTest, until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import { server } from "./lab_links.ts";
import { config, GRE, NAT, withFlows } from "./lab_restarts.ts";
import type { Site } from "./lab_site.ts";

const PLACES = [`${GRE} 80 http`, `${NAT} 80 http`];
/** Of kept-alive HTTP connections, to each place. */
const EACH = 500;

/** Waits until all connections have asked and been answered once more. */
async function assertAllGoOn(connections: Connections): Promise<void> {
  const before = connections.state.answers;
  await until(
    "answers",
    60,
    () => Promise.resolve(connections.state.answers > before + 3 * EACH * PLACES.length),
  );
  assert.deepEqual(connections.ends, []);
  await connections.allOpen();
}

function flowsOf(site: Site): Promise<Record<string, number>> {
  return site.api.counters().then(({ vips }) =>
    Object.fromEntries(
      vips.flatMap((vip) =>
        vip.servers.map((one) => [`${vip.prefix} ${one.address}`, one.counters.flows ?? 0])
      ),
    )
  );
}

rootTest("connections outlive the program", async (t) => {
  await withFlows(async (site, folder) => {
    const connections = new Connections(site, EACH, ...PLACES);
    await connections.allOpen();
    const before = connections.open;

    await t.step("when it is killed and half of the servers are others by then", async () => {
      await site.guideway.kill();
      await site.startAgain(config({}, [2, 3]));
      assert.match(site.guideway.words, /"event":"flows_kept".*"flows":1\d\d\d\b/);
      await assertAllGoOn(connections);
      assert.deepEqual(connections.open, before);
    });

    await t.step("a server that is gone keeps its flows, a new one gets new ones", async () => {
      const flows = await flowsOf(site);
      assert.ok(flows[`${GRE}/32 ${server(1).ip4}`]! > 0, JSON.stringify(flows));
      const seen = new Set<string>();
      for (let n = 0; n < 40; n++) seen.add(await site.curl(`http://${n % 2 ? GRE : NAT}/`));
      assert.deepEqual([...seen].sort(), ["s2", "s3"]);
    });

    await t.step("when it is stopped and starts with another number of workers", async () => {
      for (const workers of [2, 1]) {
        await site.guideway.stop();
        await site.startAgain(config({ workers }, [2, 3]));
        assert.match(site.guideway.words, /"event":"flows_kept"/);
        await assertAllGoOn(connections);
      }
      assert.deepEqual(connections.open, before);
    });
    await connections.stop();

    await t.step("a damaged table is refused with one line, and it starts without", async () => {
      await site.guideway.kill();
      for await (const { name } of Deno.readDir(folder)) {
        if (!name.startsWith("flows-")) continue;
        using file = await Deno.open(`${folder}/${name}`, { write: true });
        await file.seek(40, Deno.SeekMode.Start);
        await file.write(new Uint8Array([1, 2, 3, 4]));
      }
      await site.startAgain(config({}, [2, 3]));
      const lines = site.guideway.words.split("\n").filter((line) =>
        line.includes('"event":"flows_')
      );
      assert.equal(lines.length, 1, site.guideway.words);
      assert.match(lines[0]!, /flows_refused.*the sum of its header is wrong/);
      assert.match(await site.curl(`http://${GRE}/`), /^s[23]$/);
    });
  }, { first: config({}, [1, 2]), servers: 3 });
});
