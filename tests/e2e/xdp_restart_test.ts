/** Ends and starts of a program whose ports the kernel does not share: two processes cannot have them at once. */
import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { INTERFACES, KERNEL, KERNEL_LAN, server } from "./lab_links.ts";
import { again, config, Stream, told, withFlows } from "./lab_restarts.ts";
import type { Site } from "./lab_site.ts";
import { executable, upgraded } from "./lab_upgrade.ts";

/** Whatever else the machine does. */
const MOST_MS = 3000;

/** Both arms by af_xdp. Nobody answers ARP there: those who send are told of each other. */
async function interfacesOf(site: Site): Promise<typeof INTERFACES> {
  const macOf = async (host: string, device: string) =>
    (await site.net.shell(host, `cat /sys/class/net/${device}/address`)).trim();
  const { name } = server(1);
  const permanent = async (host: string, device: string, address: string, own: string) => {
    const mac = await macOf("gw", own);
    await site.net.ip(host, `neigh replace ${address} lladdr ${mac} dev ${device} nud permanent`);
  };
  await permanent("router", "gw", KERNEL.ip4, "eth1");
  await permanent(name, "eth0", KERNEL_LAN.ip4, "eth2");
  const { client, lan } = INTERFACES;
  const port = (device: string, mac: string) => ({ device, next_hop: { mac } });
  return {
    client: { ...client, ...port("af_xdp:eth1", await macOf("router", "gw")) },
    lan: { ...lan, ...port("af_xdp:eth2", await macOf(name, "eth0")) },
  };
}

rootTest("af_xdp ports go on after a kill, a stop and an upgrade", async (t) => {
  await withFlows(async (site) => {
    const given = config({ interfaces: await interfacesOf(site) });
    await again(site, given);
    const stream = await Stream.open(site);
    const longest: string[] = [];
    const measured = async (name: string, act: () => Promise<unknown>) => {
      await t.step(name, async () => {
        const began = Date.now();
        await act();
        const ms = await stream.longestSince(began);
        longest.push(`${name} ${ms} ms`);
        assert.ok(ms < MOST_MS, `${ms} ms; ${site.guideway.words}`);
        const { interfaces } = await site.api.status();
        assert.deepEqual(interfaces.map(({ driver }) => driver), ["net_af_xdp", "net_af_xdp"]);
        assert.deepEqual(await site.drops(), {}, site.guideway.words);
      });
    };
    for (const end of ["kill", "stop"] as const) {
      await measured(end, async () => {
        await again(site, given, undefined, end);
        assert.ok(told(site, "early"), site.guideway.words);
        assert.ok(told(site, "flows_kept"), site.guideway.words);
      });
    }
    await measured("upgrade", async () => {
      await upgraded(site, await executable(site.net.folder));
    });
    console.log(`longest time without a packet: ${longest.join(", ")}`);
  });
});
