import { conf, type Row, sound, testRefusals, vip } from "./configs.ts";

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
    "a memif path that ends early in C",
    device("memif:/run/a\0b"),
    "interfaces.net0.device",
    /not the path of a memif socket: "\/run\/a\\u0000b"/,
  ],
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
  ["a protocol without a port", vip({ protocol: "udp" }), "vips[0].port", /udp needs a port/],
  ["port 0", vip({ protocol: "udp", port: 0 }), "vips[0].port", /must be at least 1, not 0/],
  ["port 65616", vip({ protocol: "udp", port: 65616 }), "vips[0].port", /at most 65535/],
  [
    "an unknown protocol",
    vip({ protocol: "sctp", port: 1 }),
    "vips[0].protocol",
    /one of tcp, udp/,
  ],
  ["an unknown encap", vip({ encap: "gre" }), "vips[0].encap", /one of gre4, gre6, .*, not "gre"/],
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
  [
    "an IPv4 address in IPv6 form",
    vip({ encap: "gre6", servers: [{ address: "::ffff:10.0.0.1" }] }),
    `${S}.address`,
    /::ffff:10\.0\.0\.1 is an IPv4 address in IPv6 form/,
  ],
  [
    "an address with a zone",
    vip({ encap: "gre6", servers: [{ address: "fe80::1%eth0" }] }),
    `${S}.address`,
    /not an IP address: "fe80::1%eth0"/,
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

testRefusals(ROWS);
