import assert from "node:assert/strict";
import { Churn } from "./churn.ts";
import { type ChurnVip, flushAll } from "./churn_changes.ts";
import type { End } from "./churn_client.ts";
import { rootTest, until } from "./lab.ts";
import { MemoryWatch, residentOf } from "./lab_memory.ts";
import { Connections } from "./lab_connections.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";

/** `CHURN_SECONDS=1800 deno task test churn` for half an hour. */
const SECONDS = Number(Deno.env.get("CHURN_SECONDS") ?? 180);
const SEED = Number(Deno.env.get("CHURN_SEED") ?? Date.now() % 1_000_000);
/** In all: half of them through tunnels, half of them translated. */
const CONNECTIONS = 1000;
const PAUSE_MS = 200;
const MIB = 2 ** 20;
/** What JavaScript has not collected comes and goes; at rest no more than so much may have stayed. */
const STAYS_MOST = 32 * MIB;
const REST_SECONDS = 120;
/** Less than the tables of both workers; packet buffers are taken as they are first used. */
const SHARED_MOST = 12 * MIB;

const TUNNEL: ChurnVip = { name: "90.0.0.0/8", place: "90.0.0.1 7000" };
const NAT: ChurnVip = { name: "91.0.0.1/32 tcp/7000", place: "91.0.0.1 7000" };
const POOL = [1, 2, 3, 4, 5];

const VIPS = [
  { prefix: "90.0.0.0/8", encap: "gre4" },
  { prefix: "91.0.0.1/32", protocol: "tcp", port: 7000, target_port: 7001, encap: "nat4" },
];

const BUCKETS = 16_384;

const OPTIONS: SiteOptions = {
  config: {
    conf: { buckets: BUCKETS, timeout: 40 },
    workers: 2,
    vips: VIPS.map((vip) => ({
      ...vip,
      new_len: 4096,
      servers: POOL.map((n) => ({ address: server(n).ip4 })),
    })),
  },
  servers: POOL.length,
  server: (n) => ({
    tunnel: true,
    vips: ["90.0.0.1"],
    places: ["lines 90.0.0.1 7000", `lines ${server(n).ip4} 7001`],
  }),
};

async function churnFor(seconds: number, churn: Churn): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    await churn.step();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function sentence({ place, server, opened, answered, ended, why }: End): string {
  const ago = (from: number) => `${(ended - from) / 1000} s`;
  return `${new Date(ended).toISOString()} ${place} at ${server ?? "nobody"}, ${
    ago(opened)
  } old, ` +
    `${ago(answered)} after its last answer: ${why}`;
}

rootTest(
  "under churn only connections of flushed servers break, and memory stays flat",
  async () => {
    // Tables lie apart from all else that is held, as they do in earnest.
    const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "guideway-test-" });
    const options = { ...OPTIONS, run: ["--flow-memory", folder] };
    await using _ = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
    await withSite(options, async (site) => {
      const connections = new Connections(site, CONNECTIONS / 2, TUNNEL.place, NAT.place);
      await connections.allOpen();
      assert.deepEqual(connections.ends.map(sentence), []);
      const churn = new Churn(site, [TUNNEL, NAT], POOL, SEED);
      const { pid } = site.guideway;
      const before = residentOf(pid);
      using memory = new MemoryWatch(pid);
      await churnFor(SECONDS, churn);
      const parts = memory.parts(4);
      await site.api.updateConf({ buckets: BUCKETS });
      for (const vip of [TUNNEL, NAT]) await churn.step(flushAll(vip));
      // Without one it was no churn.
      await until("a broken connection", 20, () => Promise.resolve(connections.ends.length > 0));
      await connections.allOpen();

      const { ends, state } = connections;
      const unexcused = ends.filter((end) => !churn.excuses(end));
      const seed = `CHURN_SEED=${SEED}, ${JSON.stringify(churn.done)}`;
      assert.deepEqual(
        unexcused.slice(0, 10).map(sentence),
        [],
        `${unexcused.length} broke; ${seed}`,
      );
      console.log(
        `churn: ${state.answers} answers, ${ends.length} connections flushed away; ${seed}`,
      );
      const held = [before.own, ...parts].map((bytes) => (bytes / MIB).toFixed(1)).join(", ");
      const { stays } = await until("memory as before", REST_SECONDS, () => {
        const stays = residentOf(pid).own - before.own;
        return Promise.resolve(stays < STAYS_MOST ? { stays } : null);
      }).catch((error) => {
        throw new Error(`${error.message}; held: ${held} MiB`);
      });
      console.log(
        `own memory before and by quarter: ${held} MiB; stays: ${(stays / MIB).toFixed(1)} MiB`,
      );
      // Tables that were in use a moment ago go with the next look at them.
      await until("tables of as many buckets as before", 20, () => {
        return Promise.resolve(residentOf(pid).shared - before.shared < SHARED_MOST);
      });
      assert.equal(await site.total("untracked_packet"), 0);
      assert.ok(state.answers > CONNECTIONS * SECONDS / 10, `${state.answers} answers`);
    });
  },
);
