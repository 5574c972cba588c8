import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { EXAMPLES } from "./examples.ts";
import { errorOf, run, servers } from "./lines.ts";
import { readScript } from "../../lib/vpp/script.ts";

const bare = () => parseConfig({ interfaces: { net0: { device: "null" } } });

Deno.test("the plugin's example lines make the configuration that they say", () => {
  const edited = run(EXAMPLES, bare());
  const { conf, interfaces, vips } = edited.config;
  assert.equal(conf.ip4_src_address, "192.0.2.1");
  assert.equal(conf.ip6_src_address, "2001:db8::1");
  assert.equal(conf.buckets, 1024);
  assert.equal(conf.timeout, 40);
  assert.deepEqual(interfaces.net0?.snat, ["nat4"]);
  const usual = { src_ip_sticky: false, icmp_echo: "reply" };
  assert.deepEqual(vips.map(({ servers: _, ...vip }) => vip), [
    { prefix: "2002::/16", encap: "gre6", new_len: 1024, ...usual },
    { prefix: "2003::/16", encap: "gre4", new_len: 2048, ...usual },
    { prefix: "80.0.0.0/8", encap: "gre6", new_len: 16, ...usual },
    { prefix: "90.0.0.0/8", encap: "gre4", new_len: 1024, ...usual },
    { prefix: "100.0.0.0/8", encap: "l3dsr", dscp: 2, new_len: 32, ...usual },
    {
      prefix: "90.1.2.1/32",
      port: 3306,
      encap: "nat4",
      target_port: 3307,
      node_port: 30964,
      new_len: 1024,
      ...usual,
    },
    {
      prefix: "2004::/16",
      port: 6306,
      encap: "nat6",
      target_port: 6307,
      node_port: 30966,
      new_len: 1024,
      ...usual,
    },
  ]);
  assert.deepEqual(servers(edited), {
    "2002::/16": ["2001::2 100", "2001::3 100", "2001::4 100"],
    "2003::/16": ["10.0.0.1 100", "10.0.0.2 100"],
    "80.0.0.0/8": ["2001::2 100"],
    "90.0.0.0/8": [],
    "100.0.0.0/8": [],
    "90.1.2.1/32": [],
    "2004::/16": [],
  });
});

Deno.test("the example lines print what the plugin prints", () => {
  const ids = [1, 2, 3, 4, 5, 6, 7].map((id) => `lb_vip_add ok ${id}`);
  assert.deepEqual(run(EXAMPLES, bare()).answers, [
    "",
    ...ids,
    ...Array(6).fill(""),
    "lb_flush_vip ok 4",
  ]);
});

Deno.test("the order of lines that need each other does not matter", () => {
  const lines = EXAMPLES.trim().split("\n");
  const conf = lines.shift()!;
  const late = run([...lines, conf].join("\n"), bare()).config;
  assert.deepEqual(late, run(EXAMPLES, bare()).config);
});

Deno.test("flows are forgotten only of what ran before", () => {
  const before = run("lb vip 90.0.0.0/8\nlb as 90.0.0.0/8 10.0.0.1 10.0.0.2").config;
  const edited = run("lb as 90.0.0.0/8 10.0.0.1 del flush\nlb flush vip 90.0.0.0/8", before);
  assert.deepEqual(edited.flushes, [
    { vip: "90.0.0.0/8", address: "10.0.0.1" },
    { vip: "90.0.0.0/8" },
  ]);
  assert.deepEqual(run("lb vip 90.0.0.0/8\nlb flush vip 90.0.0.0/8").flushes, []);
});

Deno.test("every show line of the documentation is read", () => {
  const lines = [
    "lb",
    "lb vip",
    "lb vips",
    "lb vip verbose",
    "lb vips verbose",
    "node counters",
    "errors",
  ];
  const commands = readScript(lines.map((line) => `show ${line}`).join("\n"));
  assert.deepEqual(
    commands.map((command) => command.kind === "show" && command.what),
    ["lb", "vips", "vips", "vips verbose", "vips verbose", "counters", "counters"],
  );
});

Deno.test("a file with an error at any line applies nothing, and says where", () => {
  const lines = EXAMPLES.trim().split("\n");
  for (let at = 0; at <= lines.length; at++) {
    const text = lines.toSpliced(at, 0, "lb vip 1.2.3.0/24 port 70000").join("\n");
    const config = bare();
    assert.match(errorOf(() => run(text, config)), new RegExp(`^${at + 1}:24: port: `));
    assert.deepEqual(config, bare());
  }
});
