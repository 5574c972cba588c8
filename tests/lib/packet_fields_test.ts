import assert from "node:assert/strict";
import fc from "fast-check";
import { hexBytes, packetFields } from "../../lib/packet_fields.ts";
import { marked } from "../../lib/packet_fields/compare.ts";

const ETHER = "020000000002020000000001";
const OUTER_IP4 = (protocol: string, length = "0050") =>
  `4500${length}0000000040${protocol}0000c000020a0a000001`;
const INNER_IP6 = (next: string, length: string) =>
  `60000000${length}${next}40` + "20010db8000000000000000000000007" +
  "20020000000000000000000000000001";
const PING6 = "8000123400070001";
const SYN = "9c410050000000010000000250021000abcd0000";

/** GRE over IPv4 behind two tags, with an IPv6 UDP packet inside. */
const GRE = ETHER + "88a800c8" + "81006064" + "0800" + OUTER_IP4("2f", "0058") + "000086dd" +
  INNER_IP6("11", "0018") + "9c41003500181234" + "00112233445566778899aabbccddeeff";

const FRAMES: [sentence: string, hex: string, expected: Record<string, string>][] = [
  ["gre behind two tags", GRE, {
    "Ethernet source": "02:00:00:00:00:01",
    "Ethernet type": "0x88a8 (802.1ad)",
    "802.1ad VLAN": "200",
    "802.1Q VLAN": "100",
    "802.1Q priority": "3",
    "IPv4 header length": "5 (20 bytes)",
    "IPv4 TTL": "64",
    "IPv4 protocol": "47 (GRE)",
    "IPv4 destination": "10.0.0.1",
    "GRE protocol": "0x86dd (IPv6)",
    "inner IPv6 source": "2001:db8::7",
    "inner UDP destination port": "53",
    "inner payload payload": "16 bytes",
  }],
  ["ipip", ETHER + "0800" + OUTER_IP4("29") + INNER_IP6("3a", "0008") + PING6, {
    "IPv4 protocol": "41 (IPv6)",
    "inner IPv6 destination": "2002::1",
    "inner ICMPv6 type": "128 (echo request)",
    "inner ICMPv6 sequence": "1",
  }],
  [
    "gue",
    ETHER + "0800" + OUTER_IP4("11") + "c35117c000380000" + INNER_IP6("3a", "0008") + PING6,
    {
      "UDP checksum": "none",
      "inner IPv6 destination": "2002::1",
      "inner ICMPv6 identifier": "7",
    },
  ],
  ["a tunnel in a tunnel", ETHER + "0800" + OUTER_IP4("04") + OUTER_IP4("04") + OUTER_IP4("06"), {
    "inner IPv4 protocol": "4 (IPv4)",
    "inner 2 IPv4 protocol": "6 (TCP)",
  }],
  [
    "gre with a key and an Ethernet frame inside",
    ETHER + "0800" + OUTER_IP4("2f", "0100") + "20006558" + "0000002a" + ETHER + "0806" +
    "0001080006040001" + "0200000000010a000001" + "0000000000000a000002",
    {
      "GRE key present": "yes",
      "GRE key": "42",
      "inner ARP operation": "1 (request)",
      "inner ARP target address": "10.0.0.2",
    },
  ],
  [
    "TCP with flags and options",
    ETHER + "0800" + OUTER_IP4("06", "0034") + "9c410050000000010000000280c21000abcd0000" +
    "020405b4" + "01030307" + "04020000",
    {
      "TCP flags": "SYN ECE CWR",
      "TCP header length": "8 (32 bytes)",
      "TCP option: maximum segment size": "1460",
      "TCP option: window scale": "7",
      "TCP end of options": "2 bytes",
    },
  ],
  [
    "an IPv4 header with options, flags and a wrong checksum",
    ETHER + "0800" + "460a001c" + "1234" + "60b9" + "4011" + "0001" + "c000020a0a000001" +
    "94040000" + "00ff",
    {
      "IPv4 DSCP": "2",
      "IPv4 ECN": "2 (capable)",
      "IPv4 don't fragment": "yes",
      "IPv4 more fragments": "yes",
      "IPv4 fragment offset": "185 (1480 bytes)",
      "IPv4 checksum": "0x0001 (wrong: 0xa6ca is right)",
      "IPv4 option: router alert": "4 bytes",
      "payload payload": "2 bytes, 2 more were cut off",
    },
  ],
  [
    "IPv6 with options and a first fragment",
    ETHER + "86dd" + INNER_IP6("00", "0020") + "2c00050200000100" + "1100000100000007" +
    "9c41003500101234" + "0011223344556677" + "ffff",
    {
      "IPv6 hop-by-hop options option: 5": "4 bytes",
      "IPv6 hop-by-hop options next header": "44 (fragment)",
      "IPv6 fragment more fragments": "yes",
      "IPv6 fragment identification": "7",
      "UDP destination port": "53",
      "payload payload": "8 bytes",
      "padding padding": "2 bytes behind the packet",
    },
  ],
  [
    "a later fragment",
    ETHER + "86dd" + INNER_IP6("2c", "0010") + "0600002100000007" + "9c41003500101234",
    {
      "IPv6 fragment fragment offset": "4 (32 bytes)",
      "IPv6 fragment more fragments": "yes",
      "payload payload": "8 bytes",
    },
  ],
  [
    "an ICMP error about TCP whose quote is cut",
    ETHER + "0800" + OUTER_IP4("01", "0038") + "0304000000000514" + OUTER_IP4("06", "05dc") +
    SYN.slice(0, 16),
    {
      "ICMP code": "4 (fragmentation needed)",
      "ICMP MTU of the next hop": "1300",
      "quoted IPv4 total length": "1500 bytes",
      "quoted TCP destination port": "80",
    },
  ],
  [
    "an ICMPv6 error about a tunnelled packet",
    ETHER + "86dd" + INNER_IP6("3a", "0050") + "0200000000000500" + INNER_IP6("2f", "0100") +
    "00000800" + OUTER_IP4("11"),
    {
      "ICMPv6 type": "2 (packet too big)",
      "ICMPv6 MTU": "1280",
      "quoted IPv6 next header": "47 (GRE)",
      "quoted inner IPv4 protocol": "17 (UDP)",
    },
  ],
];

for (const [sentence, hex, expected] of FRAMES) {
  Deno.test(`a frame is taken apart: ${sentence}`, () => {
    const fields = packetFields(hexBytes(hex));
    const told = new Map(fields.map(({ layer, name, text }) => [`${layer} ${name}`, text]));
    for (const [name, text] of Object.entries(expected)) {
      assert.equal(told.get(name), text, `${name} of ${[...told.keys()].join(", ")}`);
    }
    assertCovers(hexBytes(hex));
  });
}

Deno.test("behind a field that is cut nothing passes for a later one", () => {
  const frame = hexBytes(GRE);
  const cut = packetFields(frame.subarray(0, 60)).slice(-2);
  assert.deepEqual(cut.map(({ layer, name, text }) => [layer, name, text]), [
    ["inner IPv6", "hop limit", "64"],
    ["inner IPv6", "source", "cut off: 6 of 16 bytes"],
  ]);
});

Deno.test("datagrams are GUE at the port that GUE goes to, and nowhere else", () => {
  const frame = hexBytes(
    ETHER + "0800" + OUTER_IP4("11") + "c351003500380000" + INNER_IP6("3a", "0008") + PING6,
  );
  const layers = (port?: number) => packetFields(frame, port).map(({ layer }) => layer);
  assert.ok(!layers().includes("inner IPv6"));
  assert.ok(layers(53).includes("inner IPv6"));
});

/** Each bit of the frame is part of exactly one field, in order. */
function assertCovers(frame: Uint8Array): void {
  let at = 0;
  for (const { layer, name, offset, length, bits, text } of packetFields(frame)) {
    const first = offset * 8 + (bits?.first ?? 0);
    assert.equal(first, at, `${layer} ${name} of ${frame.length} bytes`);
    at += bits?.count ?? length * 8;
    assert.ok(length > 0 && at <= (offset + length) * 8, `${layer} ${name}`);
    assert.ok(layer !== "" && name !== "" && typeof text === "string");
  }
  assert.equal(at, frame.length * 8);
}

Deno.test("however short a frame is, each of its bits is in one field", () => {
  for (const [, hex] of FRAMES) {
    const frame = hexBytes(hex);
    for (let length = 0; length <= frame.length; length++) assertCovers(frame.subarray(0, length));
  }
});

/** A frame of ours with bytes changed, cut, or with others behind. */
const corrupted = fc.tuple(
  fc.constantFrom(...FRAMES.map(([, hex]) => hex)),
  fc.array(fc.tuple(fc.nat({ max: 150 }), fc.nat({ max: 255 })), { maxLength: 6 }),
  fc.nat({ max: 150 }),
  fc.uint8Array({ maxLength: 40 }),
).map(([hex, changes, length, more]) => {
  const frame = hexBytes(hex);
  for (const [at, byte] of changes) if (at < frame.length) frame[at] = byte;
  return Uint8Array.from([...frame.subarray(0, length + 20), ...more]);
});

/** Random bytes behind a start that leads somewhere. */
const random = fc.tuple(
  fc.constantFrom("", ETHER + "0800", ETHER + "0800" + OUTER_IP4("2f", "0100") + "00006558"),
  fc.uint8Array({ maxLength: 300 }),
).map(([start, bytes]) => Uint8Array.from([...hexBytes(start), ...bytes]));

Deno.test("whatever the bytes are, each bit is in one field, and two frames can be compared", () => {
  fc.assert(
    fc.property(fc.oneof(corrupted, random), fc.oneof(corrupted, random), (one, other) => {
      assertCovers(one);
      const a = { bytes: one, fields: packetFields(one) };
      const b = { bytes: other, fields: packetFields(other) };
      assert.equal(marked(a, b).length, a.fields.length);
      assert.ok(marked(a, a).every(({ changed }) => changed === undefined));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("tunnels as deep as a frame is long are followed to their end", () => {
  const header = hexBytes(OUTER_IP4("04", "0000"));
  const frame = new Uint8Array(14 + 16_000);
  frame.set(hexBytes(ETHER + "0800"));
  for (let at = 14; at < frame.length; at += 20) frame.set(header, at);
  assertCovers(frame);
  assert.equal(packetFields(frame).at(-1)!.layer, "inner 799 IPv4");
});

function changes(inHex: string, outHex: string) {
  const tell = (hex: string) => ({ bytes: hexBytes(hex), fields: packetFields(hexBytes(hex)) });
  const [one, other] = [tell(inHex), tell(outHex)];
  const names = (fields: ReturnType<typeof marked>, kind: string) =>
    fields.filter(({ changed }) => changed === kind).map(({ layer, name }) => `${layer} ${name}`);
  const out = marked(other, one);
  return {
    values: names(out, "value"),
    fields: names(out, "field"),
    gone: names(marked(one, other), "field"),
  };
}

Deno.test("what a tunnel adds is new, and the packet in it is what it was", () => {
  const packet = OUTER_IP4("06", "0028") + SYN;
  const { values, fields, gone } = changes(
    ETHER + "0800" + packet,
    "020000000009020000000002" + "0800" + OUTER_IP4("2f", "0040") + "00000800" + packet,
  );
  assert.deepEqual(values, ["Ethernet destination", "Ethernet source"]);
  assert.deepEqual([...new Set(fields.map((name) => name.split(" ")[0]))], ["IPv4", "GRE"]);
  assert.deepEqual(gone, []);
});

Deno.test("what nat writes is a changed value, and nothing else is", () => {
  const { values, fields } = changes(
    ETHER + "0800" + OUTER_IP4("06", "0028") + SYN,
    ETHER + "0800" + OUTER_IP4("06", "0028").replace("0a000001", "0a000007") +
      SYN.replace("9c410050", "9c411f90"),
  );
  assert.deepEqual(values, ["IPv4 destination", "TCP destination port"]);
  assert.deepEqual(fields, []);
});

Deno.test("the quote of an ICMP error is compared with the packet that it is about", () => {
  const packet = OUTER_IP4("06", "0028") + SYN;
  const { values, fields } = changes(
    ETHER + "0800" + packet,
    ETHER + "0800" + OUTER_IP4("01", "0038") + "0b00000000000000" +
      packet.replace("40060000", "01060000").slice(0, 56),
  );
  assert.deepEqual(values, ["quoted IPv4 TTL"]);
  assert.ok(fields.every((name) => /^(IPv4|ICMP) /.test(name)), fields.join(", "));
});
