import assert from "node:assert/strict";
import { hexBytes, packetFields } from "../../lib/cli/packet_fields.ts";

/** GRE over IPv4 with a VLAN tag in front and an IPv6 UDP packet inside. */
const FRAME = hexBytes([
  "020000000002020000000001" + "81000064" + "0800",
  "45000050000000007f2f0000c000020a0a000001",
  "000086dd",
  "6000000000181140" + "20010db8000000000000000000000007" + "20020000000000000000000000000001",
  "9c41003500181234" + "00112233445566778899aabbccddeeff",
].join(""));

Deno.test("a frame is taken apart down to the innermost header", () => {
  const fields = new Map(packetFields(FRAME).map(({ name, value }) => [name, value]));
  const expected = {
    "Ethernet source": "02:00:00:00:00:01",
    "VLAN tag": "100",
    "IPv4 TTL": "127",
    "IPv4 protocol": "GRE",
    "IPv4 destination": "10.0.0.1",
    "GRE protocol": "IPv6",
    "inner IPv6 source": "2001:db8::7",
    "inner UDP destination port": "53",
    "payload": "16 bytes",
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(fields.get(name), value, name);
});

const ETHER = "020000000002020000000001";
const OUTER_IP4 = (protocol: string) => `450000500000000040${protocol}0000c000020a0a000001`;
const INNER_IP6_PING = "600000000008" + "3a40" + "20010db8000000000000000000000007" +
  "20020000000000000000000000000001" + "8000123400070001";

const TUNNELS: [sentence: string, hex: string][] = [
  ["ipip", ETHER + "0800" + OUTER_IP4("29") + INNER_IP6_PING],
  ["gue", ETHER + "0800" + OUTER_IP4("11") + "c35117c000380000" + INNER_IP6_PING],
];

for (const [name, hex] of TUNNELS) {
  Deno.test(`the packet inside ${name} is taken apart, too`, () => {
    const fields = new Map(packetFields(hexBytes(hex)).map(({ name, value }) => [name, value]));
    assert.equal(fields.get("IPv4 destination"), "10.0.0.1");
    assert.equal(fields.get("inner IPv6 destination"), "2002::1");
    assert.equal(fields.get("inner ICMPv6 type"), "128");
    assert.equal(fields.get("inner ICMPv6 sequence"), "1");
    assert.equal(fields.get("payload"), undefined);
  });
}

Deno.test("however short a frame is, its fields are all its bytes in order", () => {
  for (let length = 0; length <= FRAME.length; length++) {
    const frame = FRAME.subarray(0, length);
    let at = 0;
    for (const { offset, bytes, name } of packetFields(frame)) {
      assert.equal(offset, at, `${name} of ${length} bytes`);
      at += bytes.length;
    }
    assert.equal(at, length);
  }
  const cut = packetFields(FRAME.subarray(0, 53));
  assert.deepEqual(cut.slice(-2).map(({ name }) => name), [
    "inner IPv6 hop limit",
    "payload",
  ], "what is cut is not taken for a later field");
});
