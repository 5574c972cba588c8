import assert from "node:assert/strict";
import { rootTest, until } from "./lab.ts";
import { server } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const ADDRESS = "90.0.0.1";
/** More than the ring of a queue holds. */
const SENT = 12_000;
const SOCKETS = 4;

const received = async (site: Site) => {
  const { interfaces } = await site.api.interfaces();
  return interfaces.map(({ missed, counters }) => ({ missed, rx: counters.rx_packets ?? 0 }));
};

rootTest(
  "what comes while a queue is full is counted as missed, and every packet is found",
  async () => {
    await withSite({
      config: {
        workers: 2,
        vips: [{ prefix: `${ADDRESS}/32`, encap: "gre4", servers: [{ address: server(1).ip4 }] }],
      },
      servers: 1,
      server: () => ({ places: [`tcp ${ADDRESS} 80`], vips: [ADDRESS], tunnel: true }),
    }, async (site) => {
      const { pid } = site.guideway;
      const before = (await received(site))[0]!;
      Deno.kill(pid, "SIGSTOP");
      try {
        const program = new URL("./udp_sender.ts", import.meta.url).pathname;
        const words = ["run", "--allow-all", "--unstable-net", "--quiet", program];
        const args = [ADDRESS, "7", `${SENT}`, "20000", `${SOCKETS}`];
        const { code, stderr } = await site.net.run("client", Deno.execPath(), ...words, ...args);
        assert.equal(code, 0, stderr);
      } finally {
        Deno.kill(pid, "SIGCONT");
      }
      const now = await until("all packets", 10, async () => {
        const [client] = await received(site);
        return client!.rx - before.rx + client!.missed >= SENT ? client : null;
      });
      assert.ok(now.missed > SENT / 10, `${now.missed} missed`);
      // And no more than others that came by the way: neighbours are asked for.
      assert.ok(now.rx - before.rx + now.missed < SENT + 100, JSON.stringify({ before, now }));
      const { workers } = await site.api.counters();
      // A full ring's packets go to no other worker: each flow is remembered by one.
      const flows = workers.reduce((sum, { counters }) => sum + (counters.first_packet ?? 0), 0);
      assert.equal(flows, SOCKETS);
    });
  },
);
