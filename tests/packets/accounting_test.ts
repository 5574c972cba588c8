/** A known mix goes in, and every packet is found again: by worker, VIP, server and port. */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { FrameResult, Simulation } from "../../lib/dataplane.ts";
import { bytes, ethernet, ipv6, mac } from "./frame.ts";
import { quoteOf, tooBig } from "./icmp.ts";
import { fragmentsOf } from "./model/pieces.ts";
import { between, CLIENTS, fromClient, fromServer, MACS, SERVERS } from "./nat_bed.ts";
import {
  asked,
  type Flow,
  FOUR,
  pingPacket,
  SIX,
  sized,
  tcpPacket,
  turned,
  udpPacket,
} from "./people.ts";
import { leavingOf } from "./table.ts";

const DF = { fragment: 0x4000 };

/** VIPs by id: one for each thing that can become of a packet. */
const VIPS = { tunnel: 0, nat: 1, nat6: 2, dsr: 3, empty: 4, far: 5 } as const;
const tables = () =>
  between([
    { prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1", mtu: 1500 }] },
    { prefix: "91.0.0.0/8", port: 80, targetPort: 8080, encap: "nat4", servers: ["10.0.0.2"] },
    { prefix: SIX.prefix, encap: "nat6", servers: [SIX.server] },
    { prefix: "93.0.0.0/8", encap: "l3dsr", dscp: 1, servers: ["10.0.0.3"] },
    { prefix: "94.0.0.0/8", servers: [] },
    { prefix: "95.0.0.0/8", servers: [{ address: "10.0.0.4", hop: null }] },
  ]);

const to = (address: string, more: Partial<Flow> = {}) => asked(FOUR, { to: address, ...more });
const six = asked(SIX);
const nat = to("91.1.1.1");
const [head, middle, tail] = fragmentsOf(
  udpPacket(to("90.7.7.7"), {}, new Uint8Array(3000)),
  1024,
  7,
);

/** What comes in: how often, and its verdict. */
interface Part {
  count: number;
  frame: Uint8Array;
  verdict: string;
}

const clients: Part[] = [
  { count: 7, frame: fromClient(tcpPacket(to("90.0.0.1"))), verdict: "forwarded" },
  { count: 5, frame: fromClient(sized(to("90.0.0.2"), 1400)), verdict: "forwarded" },
  { count: 3, frame: fromClient(sized(to("90.0.0.3"), 1490)), verdict: "forwarded" },
  { count: 4, frame: fromClient(sized(to("90.0.0.3"), 1490, DF)), verdict: "drop_too_big" },
  { count: 6, frame: fromClient(tcpPacket(nat)), verdict: "forwarded" },
  { count: 2, frame: fromClient(udpPacket(six)), verdict: "forwarded" },
  { count: 9, frame: fromClient(udpPacket(to("93.0.0.1"))), verdict: "forwarded" },
  {
    count: 8,
    frame: fromClient(udpPacket(to("93.0.0.1"), { ttl: 1 })),
    verdict: "drop_ttl_expired",
  },
  { count: 1, frame: fromClient(tcpPacket(to("94.0.0.1"))), verdict: "drop_no_server" },
  { count: 2, frame: fromClient(tcpPacket(to("95.0.0.1"))), verdict: "drop_no_next_hop" },
  {
    count: 3,
    frame: fromClient(tcpPacket(to("91.1.1.1", { dport: 81 }))),
    verdict: "drop_no_port",
  },
  { count: 4, frame: fromClient(pingPacket(to("90.0.0.1"))), verdict: "answered" },
  { count: 5, frame: fromClient(tcpPacket(to("96.0.0.1"))), verdict: "left_not_vip" },
  { count: 2, frame: fromClient(errorAbout(to("90.0.0.1"))), verdict: "forwarded" },
  { count: 1, frame: fromClient(tail!), verdict: "forwarded" },
  { count: 1, frame: fromClient(middle!), verdict: "forwarded" },
  { count: 1, frame: fromClient(head!), verdict: "forwarded" },
  { count: 2, frame: fromClient(bytes(0x45, 0)), verdict: "drop_bad_length" },
  { count: 2, frame: badIp6(), verdict: "drop_bad_ip6_header" },
  {
    count: 2,
    frame: ethernet(tcpPacket(nat), { to: mac("02:00:00:00:00:77") }),
    verdict: "left_not_mine",
  },
  { count: 1, frame: fromClient(tcpPacket(nat, { ttl: 0 })), verdict: "drop_ttl" },
];
const servers: Part[] = [
  {
    count: 5,
    frame: fromServer(tcpPacket({ ...turned(nat), from: "10.0.0.2", sport: 8080 })),
    verdict: "returned",
  },
  {
    count: 4,
    frame: fromServer(udpPacket({ ...turned(six), from: SIX.server })),
    verdict: "returned",
  },
  {
    count: 3,
    frame: fromServer(tcpPacket({ from: "10.0.0.2", to: FOUR.client, sport: 22, dport: 9 })),
    verdict: "left_not_vip",
  },
  {
    count: 2,
    frame: fromServer(tcpPacket({ from: "10.0.0.2", to: FOUR.client, sport: 8080, dport: 9 })),
    verdict: "left_no_flow",
  },
];

/** IPv7 under the ethertype of IPv6. */
function badIp6(): Uint8Array {
  const packet = ipv6({ ...six, protocol: 59, version: 7 }, bytes());
  return ethernet(packet, { to: MACS.clients, type: 0x86dd });
}

function errorAbout(ends: Flow): Uint8Array {
  return tooBig(FOUR.router, ends.to, 1400, quoteOf(tcpPacket(turned(ends))));
}

const spread = (parts: Part[]) => parts.flatMap((part) => Array<Part>(part.count).fill(part));

/** Counters by name. */
function named(names: { name: string }[], values: number[]): Record<string, number> {
  return Object.fromEntries(names.map(({ name }, i) => [name, values[i]!]));
}

async function withMix(
  act: (simulation: Simulation, parts: Part[], results: FrameResult[]) => void,
): Promise<void> {
  await using simulation = simulate();
  await simulation.commit(tables());
  const there = spread(clients);
  const back = spread(servers);
  const results = [
    ...simulation.frames(there.map(({ frame }) => frame), there.map(() => CLIENTS)),
    ...simulation.frames(back.map(({ frame }) => frame), back.map(() => SERVERS)),
  ];
  act(simulation, [...there, ...back], results);
}

const sum = (values: number[]) => values.reduce((n, value) => n + value, 0);
const bytesOf = (frames: Uint8Array[]) => sum(frames.map(({ length }) => length));

Deno.test("every packet of a known mix has its verdict", () =>
  withMix((_, parts, results) => {
    assert.deepEqual(results.map(({ verdict }) => verdict), parts.map(({ verdict }) => verdict));
  }));

/** How many of the packets have each verdict. */
function assertVerdicts(counted: Record<string, number>, parts: Part[], names: string[]): void {
  for (const name of names) {
    const sent = parts.filter(({ verdict }) => verdict === name).length;
    assert.equal(counted[name], sent, name);
  }
  assert.equal(sum(names.map((name) => counted[name]!)), counted.rx_packets);
  assert.equal(counted.rx_packets, parts.length);
  assert.equal(counted.rx_bytes, bytesOf(parts.map(({ frame }) => frame)));
}

Deno.test("a worker's verdicts are what was sent, and add up to what it received", () =>
  withMix((simulation, parts, results) => {
    const { catalog } = simulation;
    const worker = named(catalog.worker, simulation.workerCounters(0));
    assertVerdicts(worker, parts, catalog.verdicts.map(({ name }) => name));
    const leaving = results.flatMap(leavingOf);
    assert.equal(worker.tx_packets, leaving.length);
    assert.equal(worker.tx_bytes, bytesOf(leaving));
    assert.deepEqual(
      [worker.icmp_sent, worker.icmp_limited, worker.fragmented, worker.related_packet],
      [4 + 8, 0, 3, 2],
    );
  }));

Deno.test("each port's counters are of what came in and left there", () =>
  withMix((simulation, parts, results) => {
    const { catalog } = simulation;
    const names = catalog.verdicts.map(({ name }) => name);
    const left = results.flatMap(({ output, port, made }) => [
      ...output === null ? [] : [{ port: port!, frame: output }],
      ...made,
    ]);
    for (const index of [CLIENTS, SERVERS]) {
      const port = named(catalog.port, simulation.portCounters(0, index));
      const mine = parts.filter((part) => servers.includes(part) === (index === SERVERS));
      assertVerdicts(port, mine, names);
      const there = left.filter((one) => one.port === index).map(({ frame }) => frame);
      assert.deepEqual([port.tx_packets, port.tx_bytes], [there.length, bytesOf(there)]);
    }
  }));

/** IP packets of the parts with that verdict, in bytes. */
function ipBytes(frames: { count: number; frame: Uint8Array }[]): number {
  return sum(frames.map(({ count, frame }) => count * (frame.length - 14)));
}

Deno.test("each VIP's counters are of its packets", () =>
  withMix((simulation) => {
    const of = (id: number) => {
      const all = named(simulation.catalog.vip, simulation.vipCounters(id));
      return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== 0));
    };
    const forwarded = (slice: Part[]) => slice.filter(({ verdict }) => verdict === "forwarded");
    const tunnel = [...clients.slice(0, 3), ...clients.slice(13, 17)];
    assert.deepEqual(of(VIPS.tunnel), {
      packets: 20,
      bytes: ipBytes(forwarded(tunnel)),
      first_packet: 4,
      next_packet: 6 + 4 + 2 + 4 + 2,
      related_packet: 2,
      too_big: 4,
      answered: 4,
    });
    const back = (n: number, part: Part) => ({ return_packets: n, return_bytes: ipBytes([part]) });
    assert.deepEqual(of(VIPS.nat), {
      packets: 6,
      bytes: ipBytes([clients[4]!]),
      first_packet: 1,
      next_packet: 5,
      ...back(5, servers[0]!),
    });
    assert.deepEqual(of(VIPS.nat6), {
      packets: 2,
      bytes: ipBytes([clients[5]!]),
      first_packet: 1,
      next_packet: 1,
      ...back(4, servers[1]!),
    });
    assert.deepEqual(of(VIPS.dsr), {
      packets: 9,
      bytes: ipBytes([clients[6]!]),
      first_packet: 1,
      next_packet: 16,
      ttl_expired: 8,
    });
    assert.deepEqual(of(VIPS.empty), { no_server: 1 });
    assert.deepEqual(of(VIPS.far), { first_packet: 1, next_packet: 1, no_next_hop: 2 });
  }));

Deno.test("servers' counters add up to those of their VIPs and of the worker", () =>
  withMix((simulation) => {
    const { catalog } = simulation;
    const worker = named(catalog.worker, simulation.workerCounters(0));
    const vips = Object.values(VIPS).map((id) => named(catalog.vip, simulation.vipCounters(id)));
    const slots = tables().servers.map(({ slot }) =>
      named(catalog.server, simulation.serverCounters(slot))
    );
    const total = (list: Record<string, number>[], name: string) =>
      sum(list.map((one) => one[name]!));
    for (const list of [vips, slots]) {
      assert.equal(total(list, "packets"), worker.forwarded);
      assert.equal(total(list, "return_packets"), worker.returned);
    }
    for (const name of ["bytes", "return_bytes"]) {
      assert.equal(total(vips, name), total(slots, name));
    }
    for (const name of ["next_packet", "first_packet", "untracked_packet", "related_packet"]) {
      assert.equal(total(vips, name), worker[name], name);
    }
    const steered = ["forwarded", "drop_no_next_hop", "drop_too_big", "drop_ttl_expired"];
    const decided = ["next_packet", "first_packet", "untracked_packet", "related_packet"];
    const add = (names: string[]) => sum(names.map((name) => worker[name]!));
    assert.equal(add(decided), add(steered), "nothing is returned or dropped on a way back here");
    assert.equal(total(slots, "new_flows"), worker.first_packet);
    assert.equal(total(slots, "flows"), simulation.tableUse().flows);
    assert.equal(total(slots, "return_flows"), 0, "flows are their own ways back");
  }));
