/** Another executable takes the running one's place while packets flow. */
import assert from "node:assert/strict";
import { rootTest, until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import { server } from "./lab_links.ts";
import {
  executable,
  GRE,
  median,
  NAT,
  PLACES,
  Stream,
  upgraded,
  withFlows,
} from "./lab_upgrade.ts";

/** Of kept-alive HTTP connections, to each place. */
const EACH = 200;
const TIMES = 10;
/** Generous: other tests may have the processors. By itself it is a fortieth of that. */
const LONGEST_MS = 2000;

rootTest(
  "upgraded again and again, no connection breaks and hardly a packet is lost",
  async (t) => {
    await withFlows(async (site) => {
      const file = await executable(site.net.folder);
      const connections = new Connections(site, EACH, ...PLACES);
      await connections.allOpen();
      const before = connections.open;
      const streams = [GRE, NAT].map((address) => new Stream(site, `${address} 9000`));
      await until("echoes", 20, async () => (await streams[1]!.taken()).received > 0);

      const rows: { told: number; longest: number; lost: number }[] = [];
      for (let time = 1; time <= TIMES; time++) {
        await t.step(`the ${time}. time`, async () => {
          await Promise.all(streams.map((stream) => stream.taken()));
          const { interruption_ms } = await upgraded(site, file);
          const taken = await Promise.all(streams.map((stream) => stream.taken()));
          const longest = Math.max(...taken.map((one) => one.longest));
          const lost = Math.max(...taken.map((one) => one.sent - one.received));
          rows.push({ told: interruption_ms!, longest, lost });
          assert.ok(longest < LONGEST_MS, `${longest} ms without a packet`);
          // Half of the servers are others from the second time on.
          if (time === 1) {
            for (const address of [GRE, NAT]) {
              await site.api.addServers(`${address}/32`, [{ address: server(3).ip4 }]);
              await site.api.removeServer(`${address}/32`, server(1).ip4);
            }
          }
        });
      }
      const words = (name: keyof (typeof rows)[0]) => {
        const all = rows.map((row) => Math.round(row[name]));
        return `${median(all)} (at most ${Math.max(...all)})`;
      };
      console.log(
        `interrupted for ${words("told")} ms as told, ${words("longest")} ms without an echo, ` +
          `${words("lost")} of a thousand packets a second lost: medians of ${TIMES}`,
      );

      await t.step("every connection stayed with its server", async () => {
        const { answers } = connections.state;
        await until(
          "answers",
          60,
          () => Promise.resolve(connections.state.answers > answers + 3 * EACH * PLACES.length),
        );
        assert.deepEqual(connections.ends, []);
        await connections.allOpen();
        assert.deepEqual(connections.open, before);
      });

      await t.step("the configuration is the one that was changed, with its number", async () => {
        const { config, revision } = await site.api.config();
        assert.equal(revision, 5);
        assert.deepEqual(
          config.vips.map(({ servers }) => servers.map(({ address }) => address)),
          [[server(2).ip4, server(3).ip4], [server(2).ip4, server(3).ip4]],
        );
      });

      await t.step("the first process waits, and its child alone is the program", async () => {
        const children = async (pid: number) => {
          const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
          return text.trim().split(" ").filter((one) => one !== "").map(Number);
        };
        const [child, ...others] = await children(site.guideway.pid);
        assert.deepEqual(others, []);
        assert.deepEqual(await children(child!), []);
        const last = await site.api.lastUpgrade();
        assert.match(JSON.stringify(last!.steps), new RegExp(`process ${child} forwards`));
      });
      await connections.stop();
    });
  },
);
