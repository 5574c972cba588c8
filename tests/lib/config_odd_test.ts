import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfig, parseConfigText } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";
import { conf, refused, vip } from "./configs.ts";

const VIP_FIELDS = [
  ...["prefix", "protocol", "port", "encap", "new_len", "type", "target_port", "node_port", "dscp"],
  ...["src_ip_sticky", "ttl", "df", "icmp_echo"],
];
const CONF_FIELDS = [
  ...["ip4_src_address", "ip6_src_address", "ip4_entropy", "ip6_entropy", "gue_port"],
  ...["buckets", "timeout"],
];

Deno.test("whatever comes in, the answer is a configuration or a refusal with problems", () => {
  const value = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.constantFrom(
      "90.0.0.0/8",
      "::/0",
      "10.0.0.1",
      "2001:db8::1",
      "gre6",
      "nat4",
      "gue",
      "tcp",
      "null",
    ),
    fc.constantFrom("2002::/16", "nodeport", "clear", "forward", true, ["nat4"], 80, 6),
  );
  const record = (...keys: string[]) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  const server = fc.oneof(record("address", "weight"), value);
  const vip = fc.tuple(
    record(...VIP_FIELDS, "other"),
    fc.array(server),
  ).map(([fields, servers]) => ({ ...fields, servers }));
  const input = fc.record({
    conf: fc.oneof(record(...CONF_FIELDS), value),
    workers: value,
    interfaces: fc.oneof(fc.dictionary(fc.string(), record("device", "next_hop", "snat")), value),
    vips: fc.oneof(fc.array(vip), value),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof(input, fc.anything()), (input) => {
    try {
      const config = parseConfig(input);
      assert.deepEqual(parseConfig(config), config, "what is parsed parses to itself");
    } catch (error) {
      assert.ok(error instanceof RefusedError, String(error));
      assert.ok(error.problems.length > 0 && error.problems.every(({ message }) => message !== ""));
    }
  }));
});

Deno.test("a name that is a prototype's is a name like any other, or refused", () => {
  const fields = '{ "device": "null" }';
  const path = "interfaces.__proto__";
  for (
    const text of [`{"interfaces": {"__proto__": ${fields}}}`, `interfaces: { __proto__: {} }`]
  ) {
    const { problems } = refused(() => parseConfigText(text, "f"));
    assert.equal(problems[0]?.path, path);
    assert.match(problems[0]!.message, /not a name for an interface/);
  }
  const named = parseConfigText(`{"interfaces": {"constructor": ${fields}}}`, "f");
  assert.deepEqual(Object.keys(named.interfaces), ["constructor"]);
});

Deno.test("a name with line ends and the like stands in quotes in the path", () => {
  const { problems } = refused(() => parseConfig({ interfaces: { "a\r\nb": { device: "null" } } }));
  assert.deepEqual(problems.map(({ path }) => path), ['interfaces["a\\r\\nb"]']);
});

Deno.test("long values are cut in the sentences about them", () => {
  const long = "1:".repeat(100_000);
  const inputs = [
    vip({ prefix: long }),
    vip({ servers: [{ address: long }] }),
    vip({ [long]: 1 }),
    vip({ encap: long }),
    conf({ hash_key: long, ip4_src_address: long }),
    { interfaces: { net0: { device: long, next_hop: { mac: long } } } },
    { interfaces: { [long]: { device: "null" } } },
  ];
  for (const input of inputs) {
    for (const { path, message } of refused(() => parseConfig(input)).problems) {
      assert.ok(path.length < 200 && message.length < 300, `${path}: ${message}`);
    }
  }
});

Deno.test("of many problems the first are told", () => {
  const words = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`word${at}`, 1]));
  const servers = Array.from({ length: 5000 }, () => ({ address: "10.0.0.1" }));
  for (const input of [words, vip({ servers }), vip({ servers: servers.map(() => 1) })]) {
    const { problems } = refused(() => parseConfig(input));
    assert.equal(problems.length, 101);
    assert.match(problems.at(-1)!.message, /there are more/);
  }
});

Deno.test("more problems than any list holds are a refusal, too", () => {
  const input = vip({ servers: new Array(200_000).fill(1) });
  assert.match(refused(() => parseConfig(input)).message, /too many problems|there are more/);
});

Deno.test("a number beyond what a number can count is told by the field's own limit", () => {
  for (const timeout of [2 ** 53, 2 ** 63, 1e300]) {
    const { problems } = refused(() => parseConfig(conf({ timeout })));
    assert.deepEqual(problems.map(({ path }) => path), ["conf.timeout"]);
    assert.match(problems[0]!.message, /must be at most 30000/);
  }
  assert.match(refused(() => parseConfig(conf({ timeout: Infinity }))).message, /not Infinity/);
});
