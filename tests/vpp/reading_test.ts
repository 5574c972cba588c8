import assert from "node:assert/strict";
import type { Command } from "../../lib/vpp/command.ts";
import { readScript } from "../../lib/vpp/script.ts";
import { wrong } from "./lines.ts";

/** The command without places. */
function read(line: string): unknown {
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).filter(([name]) =>
      !["place", "places", "at"].includes(name)
    );
    return Object.fromEntries(fields.map(([name, value]) => [name, strip(value)]));
  };
  const [command] = readScript(line) as [Command];
  return strip(command);
}

const vip = (fields: object, more: object = {}) => ({
  kind: "vip",
  vip: { prefix: "1.0.0.0/8", ...more },
  fields,
});
const as = (fields: object) => ({
  kind: "as",
  vip: { prefix: "1.0.0.0/8" },
  servers: [{ address: "10.0.0.1" }],
  flush: false,
  ...fields,
});
const port = { protocol: "tcp", port: 80 };

const ROWS: [string, unknown][] = [
  ["lb conf buckets-log2 10", { kind: "conf", fields: { buckets: 1024 } }],
  ["lb conf timeout 5 ip4-src-address 1.2.3.4", {
    kind: "conf",
    fields: { ip4_src_address: "1.2.3.4", timeout: 5 },
  }],
  ["lb conf ip4-entropy 10.0.0.0/8 gue-port 5555", {
    kind: "conf",
    fields: { ip4_entropy: "10.0.0.0/8", gue_port: 5555 },
  }],
  ["lb vip 1.0.0.0/8", vip({})],
  ["lb vip 1.2.3.4/8", vip({})],
  ["lb vip 1.0.0.0/8 protocol tcp port 80", vip({}, port)],
  ["lb vip 1.0.0.0/8 port 80 protocol tcp encap gre6", vip({ encap: "gre6" }, port)],
  ["lb vip 1.0.0.0/8 port 80", vip({}, { port: 80 })],
  ["lb vip 1.0.0.0/8 port 0 target_port 0 node_port 0", vip({})],
  [
    "lb vip 1.0.0.0/8 encap nat4 protocol tcp port 80 type nodeport target_port 8080",
    vip({ encap: "nat4", type: "nodeport", target_port: 8080 }, port),
  ],
  [
    "lb vip 1.0.0.0/8 src_ip_sticky encap l3dsr dscp 63",
    vip({
      src_ip_sticky: true,
      encap: "l3dsr",
      dscp: 63,
    }),
  ],
  [
    "lb vip 1.0.0.0/8 encap ipip ttl 3 df set icmp_echo forward",
    vip({
      encap: "ipip",
      ttl: 3,
      df: "set",
      icmp_echo: "forward",
    }),
  ],
  ["lb vip 1.0.0.0/8 encap gue", vip({ encap: "gue" })],
  ["lb vip 1.0.0.0/8 encap gre4 new_len 1024 del", {
    kind: "vip.del",
    vip: { prefix: "1.0.0.0/8" },
  }],
  ["lb as 1.0.0.0/8 10.0.0.1", as({})],
  ["lb as 1.0.0.0/8 10.0.0.1 weight 0 flush", as({ weight: 0, flush: true })],
  ["lb as 1.0.0.0/8 weight 7 10.0.0.1", as({ weight: 7 })],
  ["lb as 1.0.0.0/8 protocol tcp port 80 10.0.0.1", as({ vip: { prefix: "1.0.0.0/8", ...port } })],
  ["lb as 1.0.0.0/8 10.0.0.1 del", as({ kind: "as.del" })],
  [
    "lb as 1.0.0.0/8 del 10.0.0.1 2001:DB8::1 flush",
    as({
      kind: "as.del",
      servers: [{ address: "10.0.0.1" }, { address: "2001:db8::1" }],
      flush: true,
    }),
  ],
  ["lb flush vip 1.0.0.0/8 protocol tcp port 80", {
    kind: "flush",
    vip: { prefix: "1.0.0.0/8", ...port },
  }],
  ["lb set interface nat4 in net0", { kind: "snat", snat: "nat4", interface: "net0", del: false }],
  ["set interface nat6 in net0 del", { kind: "snat", snat: "nat6", interface: "net0", del: true }],
  ["test lb flowtable flush", { kind: "flush all" }],
  ["sh lb v verbose", { kind: "show", what: "vips verbose" }],
  ["sho n c", { kind: "show", what: "counters" }],
  ["l f v 1.0.0.0/8", { kind: "flush", vip: { prefix: "1.0.0.0/8" } }],
  ["  lb\tvip   1.0.0.0/8  # a comment", vip({})],
];

Deno.test("lines are read as what they ask for", async (t) => {
  for (const [line, command] of ROWS) {
    await t.step(line, () => assert.deepEqual(read(line), command));
  }
});

const WRONG: [string, RegExp][] = [
  ["x", /^1:1: unknown word "x"; known here: lb, set, show, test$/],
  ["lb vipp 1.0.0.0/8", /^1:4: unknown word "vipp"; did you mean vip\?$/],
  ["lb", /^1:3: something is missing behind "lb": conf, vip, as, flush, set$/],
  ["s lb", /^1:1: "s" could be set or show; write more of it$/],
  ["show lb vps", /^1:9: unknown word "vps"; did you mean vips\?$/],
  ["show errors now", /^1:13: unknown word "now"; known here: nothing more$/],
  ["lb conf", /^1:8: lb conf sets nothing/],
  ["lb conf buckets 1000", /^1:17: buckets: not a power of two: 1000 \(near it: 512, 1024\)$/],
  ["lb conf buckets 4 buckets-log2 2", /^1:19: buckets and buckets-log2 exclude each other$/],
  ["lb conf timeout 1 timeout 2", /^1:19: timeout is given twice$/],
  ["lb conf ip4-src-address 2001::1", /^1:25: ip4-src-address: not an IPv4 address: "2001::1"$/],
  ["lb conf ip6-entropy 10.0.0.0/8", /^1:21: ip6-entropy: not an IPv6 prefix: "10.0.0.0\/8"$/],
  ["lb vip", /^1:7: something is missing behind "vip": PREFIX$/],
  ["lb vip encap gre4", /^1:8: not a prefix: "encap"/],
  ["lb vip 1.2.3.4", /^1:8: not a prefix: "1.2.3.4"; the address alone is 1.2.3.4\/32$/],
  ["lb vip 1.0.0.0/33", /^1:8: not a prefix: "1.0.0.0\/33"/],
  ["lb vip 1.0.0.0/8 encap", /^1:23: something is missing behind "encap": gre4\|gre6/],
  ["lb vip 1.0.0.0/8 encap gre5", /^1:24: encap: must be one of gre4, .*, not "gre5"$/],
  ["lb vip 1.0.0.0/8 protocol tcp", /^1:18: protocol tcp needs a port/],
  ["lb vip 1.0.0.0/8 protocol icmp port 1", /^1:27: protocol: must be one of tcp, udp/],
  ["lb vip 1.0.0.0/8 port -1", /^1:23: port: not a whole number from 0 to 65535: "-1"$/],
  ["lb vip 1.0.0.0/8 port 0x50", /^1:23: port: not a whole number/],
  ["lb vip 1.0.0.0/8 dscp 64", /^1:23: dscp: not a whole number from 0 to 63: "64"$/],
  ["lb vip 1.0.0.0/8 ttl 0", /^1:22: ttl: not a whole number from 1 to 255/],
  ["lb vip 1.0.0.0/8 sticky", /^1:18: unknown word "sticky"/],
  ["lb as 1.0.0.0/8", /^1:16: no server's address is given$/],
  ["lb as 1.0.0.0/8 10.0.0", /^1:17: not an IP address: "10.0.0"$/],
  ["lb as 1.0.0.0/8 10.0.0.1 weight 101", /^1:33: weight: not a whole number from 0 to 100/],
  ["lb as 1.0.0.0/8 10.0.0.1 weight 1 del", /^1:35: weight and del exclude each other$/],
  ["lb as 1.0.0.0/8 10.0.0.1 del weight 1", /^1:30: del and weight exclude each other$/],
  ["lb flush vip", /^1:13: something is missing behind "vip": PREFIX$/],
  ["lb set interface nat4 net0", /^1:23: unknown word "net0"/],
  ["lb set interface nat5 in net0", /^1:18: unknown word "nat5"; did you mean nat[46]\?$/],
  ["\n\n  lb vip 1.0.0.0/8 foo", /^3:20: unknown word "foo"/],
];

Deno.test("lines that are wrong are told with the place of the word", async (t) => {
  for (const [line, message] of WRONG) {
    await t.step(line.trim(), () => assert.match(wrong(line), message));
  }
});

Deno.test("comments may stand anywhere between lines, and over several", () => {
  const text = `# begin
comment { lb vip 1.0.0.0/8
  { nested } still } lb vip 2.0.0.0/8
comment without braces
comment{x} comment {y}
lb vip 3.0.0.0/8#not-a-comment
`;
  assert.match(wrong(text), /^6:8: not a prefix: "3.0.0.0\/8#not-a-comment"/);
  const commands = readScript(text.split("\n").slice(0, 5).join("\n"));
  assert.deepEqual(commands.map(({ kind, place }) => [kind, place.line]), [["vip", 3]]);
  assert.match(wrong("lb vip 1.0.0.0/8\ncomment { x"), /^2:1: the comment has no closing brace$/);
});

Deno.test("lines may end as on other systems", () => {
  assert.equal(readScript("lb vip 1.0.0.0/8\r\nlb vip 2.0.0.0/8\r\n").length, 2);
});
