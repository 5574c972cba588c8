import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formatAddress,
  formatEndpoint,
  formatMac,
  NetError,
  parseAddress,
  parseEndpoint,
  parseMac,
  parsePrefix,
} from "../../lib/net.ts";
import { parseVipName, vipName } from "../../lib/vip_name.ts";

/** The sentence with which `act` refuses. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof NetError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "was not refused" });
}

Deno.test("addresses come out in RFC 5952's form", () => {
  const rows = {
    "10.0.0.1": "10.0.0.1",
    "2001:DB8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    "0:0:0:0:0:0:0:0": "::",
    "1:2:3:4:5:6:7::": "1:2:3:4:5:6:7:0",
    "::1.2.3.4": "::102:304",
    "::ffff:102:304": "::ffff:1.2.3.4",
    "64:ff9b::192.0.2.33": "64:ff9b::c000:221",
  };
  for (const [input, canonical] of Object.entries(rows)) {
    assert.equal(parseAddress(input).text, canonical, input);
  }
});

Deno.test("text that is almost an address is refused", () => {
  const rows = [
    ...[
      "",
      " ",
      "10.1",
      "10.0.0",
      "010.0.0.1",
      "0x0a.0.0.1",
      "10.0.0.256",
      "10.0.0.1.2",
      " 10.0.0.1",
    ],
    ...["10.0.0.1 ", "10.0.0.1/32", "1:2:3:4:5:6:7", "1::2::3", "fe80::1%eth0", "[::1]", "::00001"],
    ...["::1.2.3", "::1.2.3.04", "1.2.3.4::", "167772161", "١٠.0.0.1"],
  ];
  for (const text of rows) assert.match(refusal(() => parseAddress(text)), /^not an IP address: "/);
});

Deno.test("any address survives the way to text and back", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  fc.assert(fc.property(fc.oneof(bytes(4), bytes(16)), (address) => {
    const read = parseAddress(formatAddress(address));
    assert.deepEqual(read.bytes, address);
    assert.equal(read.family, address.length === 4 ? 4 : 6);
  }));
});

Deno.test("a prefix with host bits is refused with the prefix that was meant", () => {
  assert.match(refusal(() => parsePrefix("90.1.2.3/8")), /the prefix is 90\.0\.0\.0\/8$/);
  assert.match(refusal(() => parsePrefix("2001:db8::1/32")), /the prefix is 2001:db8::\/32$/);
  assert.match(refusal(() => parsePrefix("10.0.0.1/31")), /the prefix is 10\.0\.0\.0\/31$/);
});

Deno.test("an address without a length is refused with the length that is missing", () => {
  assert.match(refusal(() => parsePrefix("10.0.0.1")), /10\.0\.0\.1\/32$/);
  assert.match(refusal(() => parsePrefix("2001:DB8::1")), /2001:db8::1\/128$/);
});

Deno.test("what is no prefix is refused", () => {
  for (
    const text of [
      "10.0.0.0/33",
      "::/129",
      "10.0.0.0/08",
      "10.0.0.0/",
      "/8",
      "10/8",
      "x/8",
      "::/-1",
    ]
  ) {
    assert.match(refusal(() => parsePrefix(text)), /^not a prefix: "/, text);
  }
});

Deno.test("a masked address is a prefix, of any length", () => {
  const arbitrary = fc.oneof(
    fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(32)),
    fc.tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(128)),
  );
  fc.assert(fc.property(arbitrary, ([bytes, length]) => {
    const masked = bytes.map((byte, at) => {
      const bits = Math.max(0, Math.min(8, length - 8 * at));
      return byte & ~(0xff >> bits);
    });
    const prefix = parsePrefix(`${formatAddress(masked)}/${length}`);
    assert.deepEqual(prefix.bytes, masked);
    assert.equal(prefix.length, length);
  }));
});

Deno.test("MAC addresses are read with colons or dashes and written with colons", () => {
  assert.equal(formatMac(parseMac("02-AB-00-00-00-01")), "02:ab:00:00:00:01");
  for (const text of ["02:00:00:00:00", "2:0:0:0:0:1", "02:00-00:00:00:01", "0200.0000.0001", ""]) {
    assert.match(refusal(() => parseMac(text)), /^not a MAC address: "/, text);
  }
});

Deno.test("endpoints are read and written with brackets around IPv6", () => {
  for (const text of ["203.0.113.7:40001", "[2001:db8::7]:0", "[::]:65535"]) {
    const { address, port } = parseEndpoint(text);
    assert.equal(formatEndpoint(address.text, port), text);
  }
  assert.equal(formatEndpoint("2001:db8::7", null), "2001:db8::7");
  for (
    const text of ["203.0.113.7", "203.0.113.7:65536", "2001:db8::7:80", "[10.0.0.1]:80", ":80"]
  ) {
    refusal(() => parseEndpoint(text));
  }
});

Deno.test("a VIP's name is canonical however it is written", () => {
  assert.equal(parseVipName("2001:DB8::/32  TCP/80").text, "2001:db8::/32 tcp/80");
  assert.equal(parseVipName(" 90.0.0.0/8 ").text, "90.0.0.0/8");
  assert.equal(vipName({ prefix: "90.0.0.0/8", protocol: "udp", port: 53 }), "90.0.0.0/8 udp/53");
  assert.equal(vipName({ prefix: "90.0.0.0/8", port: 53 }), "90.0.0.0/8 any/53");
  const { text, protocol, port } = parseVipName("90.0.0.0/8 ANY/53");
  assert.deepEqual([text, protocol, port], ["90.0.0.0/8 any/53", null, 53]);
  for (
    const text of [
      "",
      "90.0.0.0/8 tcp",
      "90.0.0.0/8 tcp/0",
      "90.0.0.0/8 any/0",
      "90.0.0.0/8 icmp/1",
      "90.0.0.0/8 tcp/80 x",
    ]
  ) {
    refusal(() => parseVipName(text));
  }
});

Deno.test("an address is what it is however often, and how many others, were read before", () => {
  const texts = Array.from(
    { length: 40_000 },
    (_, n) => `10.${n >> 8 & 255}.${n & 255}.${n >> 16}`,
  );
  for (const text of [...texts, ...texts.toReversed()]) {
    const { bytes, text: canonical } = parseAddress(text);
    assert.equal(canonical, text);
    assert.equal(bytes.join("."), text);
  }
  for (let time = 0; time < 2; time++) {
    assert.equal(parseAddress("2001:DB8:0::1").text, "2001:db8::1");
    assert.throws(() => parseAddress("10.1"), /not an IP address: "10.1"/);
  }
});
