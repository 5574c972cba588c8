import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { parseConfig } from "../../lib/config.ts";
import { OFFLINE_NEXT_HOP_MAC, OFFLINE_SOURCE_MAC, offlineTables } from "../../lib/offline.ts";
import { bytes, frame, ip, mac } from "../packets/frame.ts";

const CLIENT = "203.0.113.7";
const TO_US = { to: mac(OFFLINE_SOURCE_MAC) };

/** A database behind nat4, and what the interface takes back. */
function config(snat: string[]) {
  return parseConfig({
    interfaces: { net0: { device: "null", snat } },
    vips: [{
      ...{ prefix: "90.1.2.1/32", encap: "nat4", protocol: "tcp", port: 3306, target_port: 3307 },
      servers: [{ address: "10.0.0.1" }],
    }],
  });
}

Deno.test("offline, a server's packets leave from its VIP by the assumed next hop, flow or no flow", async () => {
  await using simulation = simulate();
  await simulation.commit(offlineTables(config(["nat4"])).snapshot);
  const back = { from: "10.0.0.1", to: CLIENT, sport: 3307, dport: 4001 };
  const [returned] = simulation.frames([frame(back, TO_US)]);
  assert.equal(returned?.verdict, "returned");
  assert.deepEqual(returned.output!.slice(0, 6), mac(OFFLINE_NEXT_HOP_MAC));
  assert.deepEqual(returned.output!.slice(26, 34), bytes(ip("90.1.2.1"), ip(CLIENT)));
  assert.deepEqual(returned.output!.slice(34, 36), bytes(3306 >> 8, 3306 & 0xff));
  const other = { ...back, sport: 22 };
  assert.equal(simulation.frames([frame(other, TO_US)])[0]?.verdict, "left_not_vip");
});

Deno.test("offline, an interface without snat leaves servers' packets alone", async () => {
  await using simulation = simulate();
  const { snapshot } = offlineTables(config([]));
  assert.deepEqual([snapshot.hop4, snapshot.hop6], [null, null]);
  await simulation.commit(snapshot);
  const back = { from: "10.0.0.1", to: CLIENT, sport: 3307, dport: 4001 };
  assert.equal(simulation.frames([frame(back, TO_US)])[0]?.verdict, "left_not_vip");
});
