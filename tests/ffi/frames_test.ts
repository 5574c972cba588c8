import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { DataplaneError, type Snapshot } from "../../lib/dataplane.ts";
import { bytes, ethernet, frame, ip, ipv4, ROUTER_MAC, udp } from "../packets/frame.ts";
import { type Settings, tablesOf } from "../packets/tables.ts";

const CLIENT = "203.0.113.7";
const VIP = "90.1.2.3";
const ETHERNET = 14;
const HEADERS = ETHERNET + 20;

/** A VIP whose packets get no outer header. */
function tables(settings: Settings = {}): Snapshot {
  return tablesOf(
    [{ prefix: "90.0.0.0/8", encap: "l3dsr", dscp: 1, servers: ["10.0.0.1"] }],
    settings,
  );
}

/** A UDP frame; `fragment` are the bits of its IPv4 header. */
function datagram(sport: number, payload: Uint8Array, fragment = 0) {
  const ends = { from: CLIENT, to: VIP, sport, dport: 80 };
  const header = { from: CLIENT, to: VIP, protocol: 17, id: sport, fragment };
  return ethernet(ipv4(header, udp(ends, payload)));
}

Deno.test("frames that one call has no room for go through in the next, once each and in order", async () => {
  await using simulation = simulate();
  await simulation.commit(tables({ mtu: 68 }));
  const payload = crypto.getRandomValues(new Uint8Array(760));
  const count = 6000;
  const frames = Array.from({ length: count }, (_, i) => datagram(1024 + i, payload));
  const results = simulation.frames(frames);
  assert.equal(results.length, count);
  for (const [i, { verdict, output, made }] of results.entries()) {
    assert.equal(verdict, "forwarded");
    const parts = [output!, ...made.map(({ frame }) => frame)];
    assert.ok(parts.every((part) => part.length <= ETHERNET + 68));
    const whole = bytes(...parts.map((part) => part.subarray(HEADERS)));
    const sport = whole[0]! * 256 + whole[1]!;
    assert.equal(sport, 1024 + i);
    assert.deepEqual(whole.subarray(8), payload);
  }
  const at = simulation.catalog.worker.findIndex(({ name }) => name === "rx_packets");
  assert.equal(simulation.workerCounters(0)[at], count);
});

Deno.test("what a frame gave rise to stands beside it, though the frame itself did not leave", async () => {
  await using simulation = simulate();
  await simulation.commit(tables({ mtu: 1400 }));
  const small = datagram(4000, new Uint8Array(8));
  const big = datagram(4001, new Uint8Array(1400), 0x4000);
  const [first, second] = simulation.frames([small, big]);
  assert.deepEqual(first?.made, []);
  assert.equal(second?.verdict, "drop_too_big");
  assert.equal(second?.output, null);
  assert.equal(second?.made.length, 1);
  const { port, frame: error } = second!.made[0]!;
  assert.equal(port, 0);
  assert.deepEqual(error.subarray(0, 6), ROUTER_MAC);
  assert.deepEqual(error.subarray(26, 34), bytes(ip(VIP), ip(CLIENT)));
  assert.deepEqual([error[34], error[35]], [3, 4], "fragmentation needed");
  assert.deepEqual(simulation.trace(big).verdict, "drop_too_big");
});

Deno.test("what was given back stays as it is while other frames go through", async () => {
  await using simulation = simulate();
  await simulation.commit(tables());
  const [kept] = simulation.frames([datagram(4000, new Uint8Array(100).fill(1))]);
  const before = kept!.output!.slice();
  simulation.frames([datagram(4001, new Uint8Array(100).fill(2))]);
  simulation.trace(datagram(4002, new Uint8Array(100).fill(3)));
  assert.deepEqual(kept!.output, before);
});

Deno.test("each frame comes from the port that is named for it, else from the first", async () => {
  await using simulation = simulate();
  const ports = [4, 9].map((index) => ({ index, mac: new Uint8Array(6) }));
  const hops = [{ mac: ROUTER_MAC, port: 9, mtu: 0 }];
  await simulation.commit(tables({ ports, hops }));
  const one = frame({ from: CLIENT, to: VIP, sport: 4001, dport: 80 });
  simulation.frames([one, one, one], [9, 4, 9]);
  simulation.frames([one]);
  const counter = (port: number, name: string) => {
    const at = simulation.catalog.port.findIndex((counter) => counter.name === name);
    return simulation.portCounters(0, port)[at];
  };
  assert.deepEqual([counter(4, "rx_packets"), counter(9, "rx_packets")], [2, 2]);
  assert.deepEqual([counter(4, "forwarded"), counter(9, "forwarded")], [2, 2]);
  assert.deepEqual([counter(4, "tx_packets"), counter(9, "tx_packets")], [0, 4]);
  assert.equal(counter(0, "rx_packets"), 0);
});

Deno.test("ports that do not go with the frames are refused", async () => {
  await using simulation = simulate();
  await simulation.commit(tables());
  const one = datagram(4000, new Uint8Array(8));
  assert.throws(() => simulation.frames([one, one], [0]), /2 frames come from 1 ports/);
  assert.throws(() => simulation.frames([one], [32]), DataplaneError);
});
