import assert from "node:assert/strict";
import fc from "fast-check";
import { RefusedError } from "../../lib/refused.ts";
import { formatConfig, parseConfig, parseConfigText } from "../../lib/config.ts";

/** A configuration that is right in all its parts, for a row to spoil. */
function sound() {
  return {
    conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10" },
    interfaces: { net0: { device: "af_packet:eth1" } },
    vips: [
      { prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }, { address: "10.0.0.2" }] },
      { prefix: "2002::/16", encap: "gre6", servers: [{ address: "2001:db8::1" }] },
    ],
  };
}

type Row = [sentence: string, input: unknown, path: string, message: RegExp];

function conf(fields: object) {
  return { ...sound(), conf: { ...sound().conf, ...fields } };
}

function vip(fields: object) {
  return { ...sound(), vips: [{ prefix: "90.0.0.0/8", ...fields }] };
}

function server(fields: object) {
  return vip({ servers: [{ address: "10.0.0.1", ...fields }] });
}

function device(device: unknown) {
  return { ...sound(), interfaces: { net0: { device } } };
}

function nextHop(mac: unknown) {
  return { interfaces: { net0: { device: "null", next_hop: { mac } } } };
}

function many(count: number, what: (at: number) => unknown) {
  return Array.from({ length: count }, (_, at) => what(at));
}

const S = "vips[0].servers[0]";
const ROWS: Row[] = [
  ["a list is no configuration", [], "", /^expected a mapping of fields, not \[\]/],
  ["nothing is no configuration", null, "", /not null/],
  ["an unknown field", { ...sound(), vip: [] }, "vip", /not a known field; did you mean vips\?/],
  ["an unknown field like none", { frobnicate: 1 }, "frobnicate", /known here: conf, workers/],
  ["an unknown field of conf", conf({ timout: 4 }), "conf.timout", /did you mean timeout\?/],
  ["an unknown field of a VIP", vip({ newlen: 4 }), "vips[0].newlen", /did you mean new_len\?/],
  ["an unknown field of a server", server({ wieght: 4 }), `${S}.wieght`, /did you mean weight\?/],
  [
    "an unknown field of an interface",
    { interfaces: { net0: { device: "null", nexthop: {} } } },
    "interfaces.net0.nexthop",
    /did you mean next_hop\?/,
  ],

  ["no buckets", conf({ buckets: 0 }), "conf.buckets", /must be at least 1, not 0/],
  [
    "buckets that are no power of two",
    conf({ buckets: 1000 }),
    "conf.buckets",
    /near it: 512, 1024/,
  ],
  ["too many buckets", conf({ buckets: 2 ** 27 }), "conf.buckets", /at most 67108864/],
  ["half a bucket", conf({ buckets: 1.5 }), "conf.buckets", /expected a whole number, not 1.5/],
  ["buckets in quotes", conf({ buckets: "1024" }), "conf.buckets", /a whole number, not "1024"/],
  ["no timeout", conf({ timeout: 0 }), "conf.timeout", /must be at least 1, not 0/],
  ["a timeout beyond the clock", conf({ timeout: 30001 }), "conf.timeout", /at most 30000/],
  ["a short hash key", conf({ hash_key: "00ff" }), "conf.hash_key", /not 32 hex digits: "00ff"/],
  ["a number as hash key", conf({ hash_key: 12 }), "conf.hash_key", /put it in quotes/],
  [
    "an IPv6 address as IPv4 source",
    conf({ ip4_src_address: "::1" }),
    "conf.ip4_src_address",
    /not an IPv4 address: "::1"/,
  ],
  [
    "an IPv4 address as IPv6 source",
    conf({ ip6_src_address: "10.0.0.1" }),
    "conf.ip6_src_address",
    /not an IPv6 address: "10.0.0.1"/,
  ],
  [
    "a multicast source",
    conf({ ip4_src_address: "224.0.0.1" }),
    "conf.ip4_src_address",
    /multicast/,
  ],
  [
    "gre4 without its source",
    { vips: [{ prefix: "90.0.0.0/8" }] },
    "conf.ip4_src_address",
    /is missing; vips\[0\] \(90\.0\.0\.0\/8\) needs it for gre4/,
  ],
  [
    "gre6 without its source",
    { vips: [{ prefix: "90.0.0.0/8", encap: "gre6" }] },
    "conf.ip6_src_address",
    /needs it for gre6/,
  ],

  ["no worker", { workers: 0 }, "workers", /must be at least 1/],
  ["too many workers", { workers: 33 }, "workers", /must be at most 32, not 33/],

  ["an interface without a device", { interfaces: { a: {} } }, "interfaces.a.device", /is missing/],
  ["an unknown driver", device("eth1"), "interfaces.net0.device", /not a device: "eth1"; write/],
  [
    "a driver without a device",
    device("af_packet:"),
    "interfaces.net0.device",
    /network device: ""/,
  ],
  [
    "a long network device",
    device("af_xdp:interface-sixteen"),
    "interfaces.net0.device",
    /not the name of a network device/,
  ],
  [
    "device arguments in a name",
    device("tap:t0,mac=fixed"),
    "interfaces.net0.device",
    /not the name of a network device/,
  ],
  ["a relative memif path", device("memif:m.sock"), "interfaces.net0.device", /memif socket/],
  [
    "a bad PCI address",
    device("pci:01:00"),
    "interfaces.net0.device",
    /not a PCI address: "01:00"/,
  ],
  [
    "a device twice",
    { interfaces: { a: { device: "pci:01:00.0" }, b: { device: "pci:0000:01:00.0" } } },
    "interfaces.b.device",
    /pci:0000:01:00\.0 is already at interfaces\.a\.device/,
  ],
  [
    "a bad interface name",
    { interfaces: { "0a": { device: "null" } } },
    "interfaces.0a",
    /letter first/,
  ],
  ["a bad MAC address", nextHop("02:00:00"), "interfaces.net0.next_hop.mac", /not a MAC address/],
  ["a multicast MAC", nextHop("01:00:5e:00:00:01"), "interfaces.net0.next_hop.mac", /multicast/],
  ["a MAC of zeros", nextHop("00:00:00:00:00:00"), "interfaces.net0.next_hop.mac", /not all 0/],
  [
    "too many interfaces",
    { interfaces: Object.fromEntries(many(33, (at) => [`n${at}`, { device: "null" }]) as []) },
    "interfaces",
    /33 interfaces; at most 32 fit/,
  ],

  ["a VIP without a prefix", { ...sound(), vips: [{}] }, "vips[0].prefix", /is missing/],
  ["host bits in a prefix", vip({ prefix: "90.0.0.1/8" }), "vips[0].prefix", /is 90\.0\.0\.0\/8$/],
  ["a prefix without a length", vip({ prefix: "90.0.0.1" }), "vips[0].prefix", /90\.0\.0\.1\/32$/],
  ["a port without a protocol", vip({ port: 80 }), "vips[0].protocol", /port 80 needs tcp or udp/],
  ["a protocol without a port", vip({ protocol: "udp" }), "vips[0].port", /udp needs a port/],
  ["port 0", vip({ protocol: "udp", port: 0 }), "vips[0].port", /must be at least 1, not 0/],
  ["port 65616", vip({ protocol: "udp", port: 65616 }), "vips[0].port", /at most 65535/],
  [
    "an unknown protocol",
    vip({ protocol: "sctp", port: 1 }),
    "vips[0].protocol",
    /one of tcp, udp/,
  ],
  ["an unknown encap", vip({ encap: "gre" }), "vips[0].encap", /one of gre4, gre6, not "gre"/],
  ["an empty table", vip({ new_len: 0 }), "vips[0].new_len", /must be at least 1, not 0/],
  ["a table of 1000 slots", vip({ new_len: 1000 }), "vips[0].new_len", /not a power of two: 1000/],
  ["a table too large", vip({ new_len: 2 ** 25 }), "vips[0].new_len", /at most 16777216/],
  [
    "servers that are no list",
    vip({ servers: null }),
    "vips[0].servers",
    /expected a list, not null/,
  ],
  [
    "a VIP twice, written differently",
    {
      ...sound(),
      vips: many(2, (at) => ({
        prefix: at === 0 ? "2002::/16" : "2002:0::/16",
        protocol: "tcp",
        port: 80,
      })),
    },
    "vips[1]",
    /2002::\/16 tcp\/80 is already at vips\[0\]/,
  ],
  [
    "too many slots in all",
    {
      ...sound(),
      vips: many(5, (at) => ({ prefix: `90.0.0.${at}/32`, new_len: 2 ** 24 })),
    },
    "vips",
    /slots of new-connection tables/,
  ],

  ["a server without an address", vip({ servers: [{}] }), `${S}.address`, /is missing/],
  [
    "a server that is no address",
    server({ address: "web1" }),
    `${S}.address`,
    /IP address: "web1"/,
  ],
  [
    "a short IPv4 address",
    server({ address: "10.1" }),
    `${S}.address`,
    /not an IP address: "10.1"/,
  ],
  [
    "an IPv6 server behind gre4",
    server({ address: "2001:db8::1" }),
    `${S}.address`,
    /not an IPv4 address: "2001:db8::1"/,
  ],
  [
    "an IPv4 server behind gre6",
    vip({ encap: "gre6", servers: [{ address: "10.0.0.1" }] }),
    `${S}.address`,
    /not an IPv6 address: "10.0.0.1"/,
  ],
  ["the unspecified address", server({ address: "0.0.0.0" }), `${S}.address`, /unspecified/],
  ["the broadcast address", server({ address: "255.255.255.255" }), `${S}.address`, /broadcast/],
  [
    "a multicast address",
    vip({ encap: "gre6", servers: [{ address: "ff02::1" }] }),
    `${S}.address`,
    /ff02::1 is a multicast address/,
  ],
  ["a negative weight", server({ weight: -1 }), `${S}.weight`, /must be at least 0, not -1/],
  ["weight 101", server({ weight: 101 }), `${S}.weight`, /must be at most 100, not 101/],
  ["weight 255", server({ weight: 255 }), `${S}.weight`, /must be at most 100, not 255/],
  ["half a weight", server({ weight: 0.5 }), `${S}.weight`, /expected a whole number/],
  [
    "a server twice, written differently",
    vip({ encap: "gre6", servers: [{ address: "2001:db8::1" }, { address: "2001:DB8:0::1" }] }),
    "vips[0].servers[1].address",
    /2001:db8::1 is already at vips\[0\]\.servers\[0\]\.address/,
  ],
];

for (const [sentence, input, path, message] of ROWS) {
  Deno.test(`refused with its path: ${sentence}`, () => {
    const { problems } = refused(() => parseConfig(input));
    assert.deepEqual(problems.map((problem) => problem.path), [path], JSON.stringify(problems));
    assert.match(problems[0]!.message, message);
  });
}

function refused(act: () => unknown): RefusedError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof RefusedError, String(error));
    assert.equal(error.status, 400);
    return error;
  }
  throw new assert.AssertionError({ message: "was not refused" });
}

Deno.test("defaults are filled in", () => {
  assert.deepEqual(parseConfig({}), {
    conf: { buckets: 65536, timeout: 40, hash_key: "677569646577617920666c6f776b6579" },
    workers: 1,
    interfaces: {},
    vips: [],
  });
  const { vips } = parseConfig(sound());
  assert.deepEqual(vips[0], {
    prefix: "90.0.0.0/8",
    encap: "gre4",
    new_len: 1024,
    servers: [{ address: "10.0.0.1", weight: 100 }, { address: "10.0.0.2", weight: 100 }],
  });
});

Deno.test("addresses, prefixes, devices and MACs become canonical", () => {
  const config = parseConfig({
    conf: { ip6_src_address: "2001:DB8:0::10", hash_key: "AA".repeat(16) },
    interfaces: { net0: { device: "pci:0A:00.1", next_hop: { mac: "02-AA-00-00-00-01" } } },
    vips: [{ prefix: "2002:0::/16", encap: "gre6", servers: [{ address: "2001:DB8::0:1" }] }],
  });
  assert.equal(config.conf.ip6_src_address, "2001:db8::10");
  assert.equal(config.conf.hash_key, "aa".repeat(16));
  assert.deepEqual(config.interfaces.net0, {
    device: "pci:0000:0a:00.1",
    next_hop: { mac: "02:aa:00:00:00:01" },
  });
  assert.equal(config.vips[0]?.prefix, "2002::/16");
  assert.equal(config.vips[0]?.servers[0]?.address, "2001:db8::1");
});

Deno.test("problems of shape and problems between the fields come together", () => {
  const input = vip({ wieght: 1, port: 80, servers: [{ address: "::1" }, { address: "x" }] });
  const paths = refused(() => parseConfig(input)).problems.map(({ path }) => path).sort();
  assert.deepEqual(paths, [
    "vips[0].protocol",
    "vips[0].servers[0].address",
    "vips[0].servers[1].address",
    "vips[0].wieght",
  ]);
});

Deno.test("the null device needs no quotes in YAML and may stand twice", () => {
  const text = "interfaces:\n  a: { device: null }\n  b: { device: 'null' }\n";
  const config = parseConfigText(text, "x");
  assert.deepEqual(config.interfaces, { a: { device: "null" }, b: { device: "null" } });
  assert.deepEqual(parseConfigText(formatConfig(config), "x"), config);
});

Deno.test("what is formatted reads back the same", () => {
  const input = {
    ...sound(),
    conf: { ...sound().conf, hash_key: "00000000000000000000000000000012" },
  };
  const config = parseConfig(input);
  assert.deepEqual(parseConfigText(formatConfig(config), "x"), config);
  assert.deepEqual(parseConfigText(JSON.stringify(config, null, "\t"), "x"), config);
});

const TEXTS: [sentence: string, text: string, message: RegExp][] = [
  ["bad syntax", "workers: 1\nvips: [", /^f\.yaml:2:8: /],
  ["a key twice", "workers: 1\nworkers: 2\n", /^f\.yaml:2:1: Map keys must be unique$/],
  ["a JSON key twice", '{"workers": 1,\n "workers": 2}', /^f\.yaml:2:2: Map keys must be unique$/],
  ["an empty file", "", /^f\.yaml: the configuration is empty/],
  ["comments alone", "# nothing\n", /^f\.yaml: the configuration is empty/],
  ["two documents", "--- {}\n--- {}\n", /^f\.yaml:2:1: A second document/],
  ["an unknown tag", "workers: !number 1", /^f\.yaml:1:10: Unresolved tag/],
  ["a key that is a list", "? [a]\n: 1", /^f\.yaml:1:3: A key must be text$/],
  ["nesting without end", "[".repeat(50_000), /^f\.yaml:/],
  [
    "an alias bomb",
    "a: &a [1,1,1,1,1,1,1,1,1]\n" +
    [..."bcdefgh"].map((name, at) => {
      const before = "abcdefg"[at];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]\n`;
    }).join(""),
    /^f\.yaml: Excessive alias count/,
  ],
];

for (const [sentence, text, message] of TEXTS) {
  Deno.test(`refused as text: ${sentence}`, () => {
    const { problems } = refused(() => parseConfigText(text, "f.yaml"));
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, message);
  });
}

Deno.test("whatever comes in, the answer is a configuration or a refusal with problems", () => {
  const value = fc.oneof(
    fc.anything(),
    fc.integer(),
    fc.constantFrom("90.0.0.0/8", "::/0", "10.0.0.1", "2001:db8::1", "gre6", "tcp", "null"),
  );
  const record = (...keys: string[]) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  const server = fc.oneof(record("address", "weight"), value);
  const vip = fc.tuple(
    record("prefix", "protocol", "port", "encap", "new_len", "other"),
    fc.array(server),
  ).map(([fields, servers]) => ({ ...fields, servers }));
  const input = fc.record({
    conf: fc.oneof(record("ip4_src_address", "ip6_src_address", "buckets", "timeout"), value),
    workers: value,
    interfaces: fc.oneof(fc.dictionary(fc.string(), record("device", "next_hop")), value),
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

Deno.test("any text is a configuration or a refusal with problems", () => {
  const letters = fc.constantFrom(..."{}[]:,-?&*!|>'\"%@`# \n\tab1");
  const text = fc.oneof(fc.string(), fc.array(letters).map((all) => all.join("")));
  fc.assert(
    fc.property(text, (text) => {
      try {
        parseConfigText(text, "f");
      } catch (error) {
        assert.ok(error instanceof RefusedError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
