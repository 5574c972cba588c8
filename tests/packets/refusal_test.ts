import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { HOP_MAC } from "./expected/link.ts";
import { authentication, bytes, ethernet, extension, fragmentHeader, frame } from "./frame.ts";
import { type Ip4, ipv4, ipv6, mac, tcp, udp } from "./frame.ts";
import { testRows } from "./table.ts";
import { tablesOf } from "./tables.ts";

const V4 = { from: "203.0.113.7", to: "90.1.2.3", sport: 40001, dport: 80 };
const V6 = { from: "2001:db8:77::7", to: "2002:5a01::3", sport: 40001, dport: 80 };
const ip4 = (header: Partial<Ip4> = {}, payload: Uint8Array = tcp(V4)) =>
  ethernet(ipv4({ from: V4.from, to: V4.to, protocol: 6, ...header }, payload), { type: 0x0800 });
const ip6 = (header: object = {}, payload: Uint8Array = tcp(V6)) =>
  ethernet(ipv6({ from: V6.from, to: V6.to, protocol: 6, ...header }, payload), { type: 0x86dd });

const tables = () =>
  tablesOf([
    { prefix: "90.0.0.0/8", servers: ["10.0.0.1", "10.0.0.2"] },
    { prefix: "2002::/16", encap: "gre6", servers: ["2001:db8:1::1"] },
  ]);

const row = (sentence: string, frame: Uint8Array, verdict: string) => ({
  sentence,
  frame,
  verdict,
});

testRows(tables, [
  row(
    "ARP is left to the kernel",
    ethernet(new Uint8Array(28), { type: 0x0806 }),
    "left_ethertype",
  ),
  row("LLDP is left to the kernel", ethernet(bytes(2, 7), { type: 0x88cc }), "left_ethertype"),
  row(
    "an IEEE 802.3 length is left to the kernel",
    ethernet(new Uint8Array(46), { type: 46 }),
    "left_ethertype",
  ),
  row("an address of no VIP is left to the kernel", ip4({ to: "91.0.0.1" }), "left_not_vip"),
  row("an IPv6 address of no VIP is left to the kernel", ip6({ to: "2003::1" }), "left_not_vip"),
  row(
    "an IPv6 address that begins like an IPv4 VIP is none",
    ip6({ to: "5a01:203::" }),
    "left_not_vip",
  ),
  row("an empty frame has a bad length", new Uint8Array(0), "drop_bad_length"),
  row("a frame of one byte has a bad length", bytes(1), "drop_bad_length"),
  row("IPv4 version 5 is a bad header", ip4({ version: 5 }), "drop_bad_ip4_header"),
  row("IPv4 version 0 is a bad header", ip4({ version: 0 }), "drop_bad_ip4_header"),
  row(
    "IPv6 under the ethertype of IPv4 is a bad header",
    ip4({ version: 6 }),
    "drop_bad_ip4_header",
  ),
  row("a header length of 4 words is a bad header", ip4({ headerWords: 4 }), "drop_bad_ip4_header"),
  row("a header length of 0 words is a bad header", ip4({ headerWords: 0 }), "drop_bad_ip4_header"),
  row("a wrong IPv4 checksum is a bad header", ip4({ wrongChecksum: true }), "drop_bad_ip4_header"),
  row(
    "a wrong IPv4 checksum over options is a bad header",
    ip4({ options: bytes(1, 1, 1, 1), wrongChecksum: true }),
    "drop_bad_ip4_header",
  ),
  row("options beyond the packet have a bad length", ip4({ headerWords: 15 }), "drop_bad_length"),
  row("a total length below the header's is bad", ip4({ totalLength: 19 }), "drop_bad_length"),
  row("a total length of 0 is bad", ip4({ totalLength: 0 }), "drop_bad_length"),
  row("a total length beyond the frame is bad", ip4({ totalLength: 41 }), "drop_bad_length"),
  row("TTL 0 is dropped", ip4({ ttl: 0 }), "drop_ttl"),
  row("hop limit 0 is dropped", ip6({ hopLimit: 0 }), "drop_ttl"),
  row("a TCP packet too short for its ports is bad", ip4({}, bytes(1, 2, 3)), "drop_bad_length"),
  row(
    "a UDP packet too short for its ports is bad",
    ip6({ protocol: 17 }, bytes(1, 2, 3)),
    "drop_bad_length",
  ),
  row("IPv6 version 4 is a bad header", ip6({ version: 4 }), "drop_bad_ip6_header"),
  row("IPv6 version 7 is a bad header", ip6({ version: 7 }), "drop_bad_ip6_header"),
  row("an IPv6 length beyond the frame is bad", ip6({ payloadLength: 21 }), "drop_bad_length"),
  row("an IPv6 length of 65,535 is bad", ip6({ payloadLength: 65535 }), "drop_bad_length"),
  row(
    "nine extension headers are too many",
    ip6({ extensions: Array.from({ length: 9 }, () => extension(60)) }),
    "drop_bad_ip6_header",
  ),
  row(
    "hop-by-hop options that do not stand first are a bad header",
    ip6({ extensions: [extension(60), extension(0)] }),
    "drop_bad_ip6_header",
  ),
  row(
    "an extension header that runs into the padding is bad, even if nothing follows it",
    bytes(
      ip6({ protocol: 60 }, bytes(59, 1, new Uint8Array(6))),
      new Uint8Array(40),
    ),
    "drop_bad_length",
  ),
  row(
    "ports that are padding behind extension headers are bad",
    bytes(ip6({ extensions: [extension(60)] }, bytes(1, 2, 3)), new Uint8Array(40)),
    "drop_bad_length",
  ),
  row(
    "an extension header that runs beyond the packet is bad",
    ip6({ extensions: [{ number: 60, rest: bytes(9, 0, 0, 0, 0, 0, 0) }] }),
    "drop_bad_length",
  ),
]);

const CUT = [
  ["hop-by-hop options", extension(0, 2)],
  ["a routing header", extension(43, 2)],
  ["destination options", extension(60, 2)],
  ["an authentication header", authentication()],
  ["an atomic fragment header", fragmentHeader(0, false)],
  ["a first fragment's header", fragmentHeader(0, true)],
] as const;
testRows(
  tables,
  CUT.flatMap(([what, header]) => {
    const whole = bytes(6, header.rest);
    return [1, 4, 7].flatMap((length) => {
      const frame = ip6({ protocol: header.number }, whole.subarray(0, length));
      const sentence = `${what} of which the packet holds ${length} bytes has a bad length`;
      const padding = new Uint8Array(64);
      return [
        row(sentence, frame, "drop_bad_length"),
        row(`${sentence}, whatever padding follows`, bytes(frame, padding), "drop_bad_length"),
      ];
    });
  }),
);

testRows(() => tablesOf([{ prefix: "90.0.0.0/8", servers: [] }]), [
  row("a VIP without servers drops", ip4(), "drop_no_server"),
]);
testRows(
  () =>
    tablesOf([{
      prefix: "90.0.0.0/8",
      servers: [{ address: "10.0.0.1", weight: 0 }, { address: "10.0.0.2", weight: 0 }],
    }]),
  [row("a VIP whose servers all have weight 0 drops", ip4(), "drop_no_server")],
);
testRows(
  () => tablesOf([{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1", hop: null }] }]),
  [row("a server whose next hop is not known drops", ip4(), "drop_no_next_hop")],
);
testRows(() => tablesOf([]), [
  row("without VIPs everything is left to the kernel", ip4(), "left_not_vip"),
]);

const MINE = mac("02:dd:00:00:00:04");
const withMac = () =>
  tablesOf([{ prefix: "90.0.0.0/8", servers: ["10.0.0.1"] }], { ports: [{ index: 0, mac: MINE }] });
testRows(withMac, [
  row("another's MAC address is left alone", ip4(), "left_not_mine"),
  row(
    "a broadcast is left alone",
    frame(V4, { to: mac("ff:ff:ff:ff:ff:ff") }),
    "left_not_mine",
  ),
]);

Deno.test("a port's own MAC address is the source of what leaves there", async () => {
  await using simulation = simulate();
  await simulation.commit(withMac());
  const [result] = simulation.frames([frame(V4, { to: MINE })]);
  assert.equal(result?.verdict, "forwarded");
  assert.deepEqual(result.output?.slice(0, 12), bytes(HOP_MAC, MINE));
  assert.equal(result.port, 0);
});

for (const encap of ["gre4", "gre6"] as const) {
  Deno.test(`${encap} drops a packet whose outer length would not fit its field`, async () => {
    const most = 65535 - (encap === "gre4" ? 24 : 4);
    const server = encap === "gre4" ? "10.0.0.1" : "2001:db8:1::1";
    await using simulation = simulate();
    await simulation.commit(tablesOf([{ prefix: "90.0.0.0/8", encap, servers: [server] }]));
    const sized = (length: number) =>
      ethernet(
        ipv4({ from: V4.from, to: V4.to, protocol: 17 }, udp(V4, new Uint8Array(length - 28))),
      );
    const [fits, over, largest] = simulation.frames([most, most + 1, 65535].map(sized));
    assert.equal(fits?.verdict, "forwarded");
    assert.equal(fits.output?.length, 14 + (encap === "gre4" ? 65535 : 65575));
    for (const result of [over, largest]) {
      assert.equal(result?.verdict, "drop_no_room");
      assert.equal(result.output, null);
    }
  });
}
