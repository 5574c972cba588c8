import { bytes, ethernet, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { extension, fragmentHeader } from "./frame.ts";
import { echo, echo6, icmp4 } from "./icmp.ts";
import { type Row, testRows } from "./table.ts";
import { tablesOf, type VipGiven } from "./tables.ts";

const FROM = "203.0.113.7";
const FROM6 = "2001:db8:77::7";

/** One VIP after the other with a server each, so that the server tells which VIP was found. */
function vips(...given: Omit<VipGiven, "servers">[]) {
  return () => tablesOf(given.map((vip, i) => ({ ...vip, echo: false, servers: [`10.0.${i}.1`] })));
}

function to(address: string, protocol: "tcp" | "udp" | "icmp", port = 80, more = {}): Uint8Array {
  const six = address.includes(":");
  const ends = { from: six ? FROM6 : FROM, to: address, sport: 40001, dport: port };
  const number = { tcp: 6, udp: 17, icmp: six ? 58 : 1 }[protocol];
  const ping = () => six ? echo6(ends) : echo();
  const payload = protocol === "tcp" ? tcp(ends) : protocol === "udp" ? udp(ends) : ping();
  const header = { from: ends.from, to: address, protocol: number, ...more };
  return six ? ipv6(header, payload) : ipv4(header, payload);
}

const found = (sentence: string, packet: Uint8Array): Row => ({
  sentence,
  frame: ethernet(packet),
  verdict: "forwarded",
  inside: packet,
});
const not = (sentence: string, packet: Uint8Array, verdict: string): Row => ({
  sentence,
  frame: ethernet(packet),
  verdict,
});

testRows(vips({ prefix: "90.0.0.0/8", protocol: 6, port: 80 }), [
  found("a VIP by port takes its protocol and port", to("90.1.2.3", "tcp")),
  found(
    "a VIP by port reads the port behind IPv4 options",
    to("90.1.2.3", "tcp", 80, { options: bytes(1, 1, 1, 0) }),
  ),
  not("another port of the prefix is dropped", to("90.1.2.3", "tcp", 81), "drop_no_port"),
  not("another protocol of the prefix is dropped", to("90.1.2.3", "udp"), "drop_no_port"),
  not(
    "ICMP to a prefix by port that is neither a ping nor about a flow is dropped",
    ipv4({ from: FROM, to: "90.1.2.3", protocol: 1 }, icmp4(13, 0, new Uint8Array(16))),
    "drop_no_port",
  ),
  found(
    "a first fragment has its ports",
    to("90.1.2.3", "tcp", 80, { fragment: 0x2000 }),
  ),
  not(
    "a first fragment to another port is dropped",
    to("90.1.2.3", "tcp", 81, { fragment: 0x2000 }),
    "drop_no_port",
  ),
  not("an address beside the prefix is no VIP's", to("91.1.2.3", "tcp"), "left_not_vip"),
]);

testRows(vips({ prefix: "2002::/16", protocol: 17, port: 53 }), [
  found("an IPv6 VIP by port takes its protocol and port", to("2002::1", "udp", 53)),
  found(
    "an IPv6 VIP by port reads the port behind extension headers",
    to("2002::1", "udp", 53, { extensions: [extension(0), extension(60, 3)] }),
  ),
  found(
    "an atomic fragment has ports",
    to("2002::1", "udp", 53, { extensions: [fragmentHeader(0, false)] }),
  ),
  found(
    "a first fragment over IPv6 has its ports",
    to("2002::1", "udp", 53, { extensions: [fragmentHeader(0, true)] }),
  ),
  not("another port of the IPv6 prefix is dropped", to("2002::1", "udp", 54), "drop_no_port"),
]);

/** Rows whose server is known: the address says which VIP must have been found. */
function testChosen(
  given: Omit<VipGiven, "servers">[],
  rows: [string, Uint8Array, number][],
): void {
  for (const [sentence, packet, vip] of rows) {
    testRows(
      () => {
        const tables = vips(...given)();
        // Only the right VIP has a next hop: any other choice is a drop.
        for (const server of tables.servers) if (server.vip !== vip) server.hop = null;
        return tables;
      },
      [found(sentence, packet)],
    );
  }
}

const NESTED = ["0.0.0.0/0", "90.0.0.0/8", "90.1.0.0/16", "90.1.2.0/31", "90.1.2.3/32"];
testChosen(NESTED.map((prefix) => ({ prefix })), [
  ["the host's own prefix wins", to("90.1.2.3", "tcp"), 4],
  ["the longest prefix that holds the address wins: /31", to("90.1.2.1", "tcp"), 3],
  ["the longest prefix that holds the address wins: /16", to("90.1.2.2", "tcp"), 2],
  ["the longest prefix that holds the address wins: /8", to("90.2.0.0", "tcp"), 1],
  ["a prefix of length 0 takes the rest", to("255.1.2.3", "tcp"), 0],
]);
const NESTED6 = ["::/0", "2002::/16", "2002:5a01::/33", "2002:5a01::/65", "2002:5a01::7/128"];
testChosen(NESTED6.map((prefix) => ({ prefix })), [
  ["an IPv6 host's own prefix wins", to("2002:5a01::7", "tcp"), 4],
  ["the longest IPv6 prefix wins: /65", to("2002:5a01::6", "tcp"), 3],
  ["the longest IPv6 prefix wins: /33", to("2002:5a01:0:0:8000::6", "tcp"), 2],
  ["the longest IPv6 prefix wins: /16", to("2002:5a01:8000::6", "tcp"), 1],
  ["an IPv6 prefix of length 0 takes the rest", to("fd00::1", "tcp"), 0],
]);
testChosen([
  { prefix: "90.0.0.0/8" },
  { prefix: "90.0.0.0/8", protocol: 6, port: 80 },
  { prefix: "90.0.0.0/8", protocol: 17, port: 80 },
  { prefix: "90.0.0.0/8", protocol: 6, port: 443 },
  { prefix: "90.0.0.0/8", port: 8443 },
], [
  ["by port wins over the whole prefix", to("90.1.2.3", "tcp", 80), 1],
  ["the protocol counts", to("90.1.2.3", "udp", 80), 2],
  ["the port counts", to("90.1.2.3", "tcp", 443), 3],
  ["a port without a protocol is for TCP", to("90.1.2.3", "tcp", 8443), 4],
  ["a port without a protocol is for UDP", to("90.1.2.3", "udp", 8443), 4],
  ["what no port takes goes to the whole prefix", to("90.1.2.3", "tcp", 22), 0],
  ["what has no port goes to the whole prefix", to("90.1.2.3", "icmp"), 0],
]);
testChosen([
  { prefix: "90.0.0.0/8" },
  { prefix: "90.1.2.3/32", protocol: 6, port: 80 },
], [
  ["a narrower prefix by port takes its port", to("90.1.2.3", "tcp", 80), 1],
  ["the prefix around it takes the rest of the addresses", to("90.1.2.4", "tcp", 80), 0],
]);
testRows(vips({ prefix: "90.0.0.0/8" }, { prefix: "90.1.2.3/32", protocol: 6, port: 80 }), [
  not(
    "other ports of the narrower prefix do not fall through to the one around it",
    to("90.1.2.3", "tcp", 81),
    "drop_no_port",
  ),
]);
