import assert from "node:assert/strict";
import { shell } from "../../lib/demo/namespaces.ts";
import type { Lab } from "../../lib/demo/lab.ts";
import { hostBatch, linkBatch, offloadScript, vipRouteBatch } from "../../lib/demo/recipe.ts";
import { demoConfig, LEGS } from "../../lib/demo/topology.ts";
import { ip, rootTest, until, withLab } from "./lab.ts";
import { sendNumbered } from "./udp.ts";

const PACKETS = 50;
const LEG = LEGS.find(({ host }) => host === "gw")!;

async function forwarded(lab: Lab): Promise<number> {
  return (await lab.api.counters()).total["forwarded"] ?? 0;
}

/** Waits until all of a few packets to each VIP are forwarded. */
async function untilForwarding(lab: Lab, seconds: number): Promise<void> {
  for (const address of ["90.0.0.1", "2002::1"]) {
    await until(`packets to ${address}`, seconds, async () => {
      const before = await forwarded(lab);
      await sendNumbered(lab, address, PACKETS, 1000);
      return await forwarded(lab) - before >= PACKETS;
    });
  }
}

/** Asks all the time, also while the port is closed and opened again. @returns How often */
async function askOn(lab: Lab, stop: AbortSignal): Promise<number> {
  let count = 0;
  for (; !stop.aborted; count++) await Promise.all([lab.api.counters(), lab.api.status()]);
  return count;
}

async function makeLink(lab: Lab): Promise<void> {
  await ip(lab, "router", ...linkBatch(LEG, (host) => lab.namespace(host)), ...vipRouteBatch());
  await ip(lab, "gw", ...hostBatch(LEG));
  await shell(lab.namespace("gw"), offloadScript("gw"));
  await shell(lab.namespace("router"), "ethtool -K gw tx off rx off tso off gso off >/dev/null");
}

rootTest("an interface that was removed and made anew is used again", async () => {
  await withLab(demoConfig(), async (lab) => {
    await untilForwarding(lab, 5);
    await ip(lab, "gw", "link del eth1");
    const { interfaces } = await lab.api.status();
    assert.equal(interfaces[0]!.link_up, false);
    const stop = new AbortController();
    const asked = askOn(lab, stop.signal);
    await makeLink(lab);
    await untilForwarding(lab, 10);
    stop.abort();
    assert.ok(await asked > 50, `${await asked} questions`);
    assert.equal((await lab.api.status()).interfaces[0]!.link_up, true);
    const { total } = await lab.api.counters();
    assert.equal(total["tx_packets"], total["forwarded"]);
  });
});

rootTest("a MAC address that changes is followed", async () => {
  await withLab(demoConfig(), async (lab) => {
    const mac = "02:00:00:00:00:44";
    await ip(lab, "gw", `link set eth1 address ${mac}`);
    // Known to the router at once: what is tested is our side.
    for (const address of LEG.addresses) {
      await ip(lab, "router", `neigh replace ${address.replace(/\/.*/, "")} lladdr ${mac} dev gw`);
    }
    await untilForwarding(lab, 8);
    assert.equal((await lab.api.status()).interfaces[0]!.mac, mac);
  });
});
