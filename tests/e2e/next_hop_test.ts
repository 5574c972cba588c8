import assert from "node:assert/strict";
import type { Lab } from "../../lib/demo/lab.ts";
import { demoConfig } from "../../lib/demo/topology.ts";
import type { Config } from "../../lib/config.ts";
import { ip, rootTest, until, withLab } from "./lab.ts";
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
