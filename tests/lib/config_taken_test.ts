import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { sound, vip } from "./configs.ts";

const IP4 = { servers: [{ address: "10.0.0.1" }] };
const IP6 = { servers: [{ address: "2001:db8::1" }] };
const NAT4 = { encap: "nat4", port: 3306 };

const SOUND: [sentence: string, input: unknown][] = [
  ["a prefix may have VIPs for all ports and by port, of any encaps", {
    ...sound(),
    vips: [
      { ...IP4 },
      { port: 80, encap: "gre6", ...IP6 },
      { port: 80, protocol: "tcp", encap: "nat4", target_port: 8080, ...IP4 },
      { port: 53, protocol: "udp", encap: "l3dsr", dscp: 0, ...IP4 },
      { port: 443, encap: "gue", servers: [...IP4.servers, ...IP6.servers] },
    ].map((vip) => ({ prefix: "90.0.0.0/8", ...vip })),
  }],
  ["gre and ipip leave from a prefix for entropy", {
    conf: { ip4_entropy: "10.64.0.0/10", ip6_entropy: "100::/64" },
    vips: [
      { prefix: "90.0.0.0/8", ...IP4 },
      { prefix: "91.0.0.0/8", encap: "gre6", ...IP6 },
      { prefix: "92.0.0.0/8", encap: "ipip", servers: [...IP4.servers, ...IP6.servers] },
    ],
  }],
  [
    "ipip and gue need the source of their servers' family only",
    {
      conf: { ip6_src_address: "2001:db8::10" },
      vips: [
        { prefix: "90.0.0.0/8", encap: "ipip", ...IP6 },
        { prefix: "91.0.0.0/8", encap: "gue", ...IP6 },
      ],
    },
  ],
  ["l3dsr and nat need no address of the node", {
    vips: [
      { prefix: "90.0.0.0/8", encap: "l3dsr", dscp: 63, ...IP4 },
      { prefix: "91.0.0.0/8", encap: "nat4", ...IP4 },
      { prefix: "2004::/16", encap: "nat6", port: 6306, target_port: 6307, ...IP6 },
    ],
  }],
  [
    "one node port serves both families, and each protocol its own VIP",
    {
      ...sound(),
      vips: [
        { prefix: "90.1.2.1/32", ...NAT4, node_port: 30000 },
        { prefix: "2004::/16", encap: "nat6", port: 80, node_port: 30000 },
        { prefix: "91.1.2.1/32", ...NAT4, protocol: "tcp", node_port: 30001 },
        { prefix: "91.1.2.1/32", ...NAT4, node_port: 30001 },
      ],
    },
  ],
  [
    "the node's address may lie in a VIP's prefix",
    vip({ prefix: "192.0.2.0/24", ...NAT4, node_port: 30964, ...IP4 }),
  ],
];

for (const [sentence, input] of SOUND) {
  Deno.test(`taken: ${sentence}`, () => {
    const config = parseConfig(input);
    assert.deepEqual(parseConfig(config), config);
  });
}
