import assert from "node:assert/strict";
import type { Lab } from "../../lib/demo/lab.ts";
import { demoConfig } from "../../lib/demo/topology.ts";
import type { Config } from "../../lib/config.ts";
import { ip, rootTest, until, withLab } from "./lab.ts";
import { server } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";
import { sendNumbered } from "./udp.ts";

/** Servers on Guideway's own link that nobody is yet, and the VIPs that lead to them. */
const LOST = [
  { address: "192.0.2.77", length: 24, vip: "90.0.0.0/8", to: "90.0.0.1" },
  { address: "2001:db8::77", length: 64, vip: "2002::/16", to: "2002::1" },
];

function lostConfig(): Config {
  const config = demoConfig() as Config;
  LOST.forEach(({ address }, index) => config.vips[index]!.servers = [{ address, weight: 1 }]);
  return config;
}

async function hopOf(lab: Lab, vip: string) {
  return (await lab.api.vip(vip)).servers[0]!.next_hop;
}

async function verdict(lab: Lab, name: string): Promise<number> {
  return (await lab.api.counters()).total[name] ?? 0;
}

rootTest("a server without a neighbour drops by name, until the neighbour is there", async () => {
  await withLab(demoConfig(), async (lab) => {
    await lab.api.replace(JSON.stringify(lostConfig()), "json");
    for (const { vip, to, address, length } of LOST) {
      assert.equal(await hopOf(lab, vip), null);
      const [dropped, sent] = [
        await verdict(lab, "drop_no_next_hop"),
        await verdict(lab, "forwarded"),
      ];
      await sendNumbered(lab, to, 20, 1000);
      await until("drops", 3, async () => await verdict(lab, "drop_no_next_hop") === dropped + 20);
      assert.equal(await verdict(lab, "forwarded"), sent);
      const nodad = address.includes(":") ? " nodad" : "";
      await ip(lab, "router", `addr add ${address}/${length} dev gw${nodad}`);
      const hop = await until("the neighbour", 15, () => hopOf(lab, vip));
      assert.equal(hop.interface, "net0");
      assert.match(hop.mac, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
      await sendNumbered(lab, to, 20, 1000);
      await until("packets", 3, async () => await verdict(lab, "forwarded") === sent + 20);
      assert.equal(await verdict(lab, "drop_no_next_hop"), dropped + 20);
    }
  });
});

rootTest(
  "a new server's packets leave at once, though nobody knew its address before",
  async () => {
    const vip = "90.0.0.1/32";
    const [first, second] = [1, 2].map((n) => server(n).ip4);
    await withSite({
      config: { vips: [{ prefix: vip, encap: "nat4", servers: [{ address: first }] }] },
      servers: 2,
      server: (n) => ({ places: [`tcp ${server(n).ip4} 80`] }),
    }, async (site) => {
      for (let time = 0; time < 5; time++) {
        await site.net.ip("gw", "neigh flush dev eth2");
        await site.api.addServers(vip, [{ address: second }]);
        const { servers } = await site.api.vip(vip);
        const added = servers.find(({ address }) => address === second);
        assert.equal(added?.next_hop?.interface, "lan", "when the change is confirmed");
        const names = new Set<string>();
        for (let n = 0; n < 12; n++) names.add(await site.curl("http://90.0.0.1/"));
        assert.deepEqual([...names].sort(), ["s1", "s2"]);
        await site.api.removeServer(vip, second!, { flush: true });
      }
      assert.deepEqual(await site.drops(), {});
    });
  },
);
