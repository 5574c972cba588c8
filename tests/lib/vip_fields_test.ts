import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { vipFields } from "../../lib/views/vip_fields.ts";

const CONF = { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10" };

/** The fields of a VIP of such a configuration, those that are not null. */
function fieldsOf(vip: object): Record<string, unknown> {
  const { vips } = parseConfig({ conf: CONF, vips: [{ prefix: "90.0.0.0/8", ...vip }] });
  const { prefix: _prefix, new_len: _length, icmp_echo: _echo, ...fields } = vipFields(vips[0]!);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

const PLAIN = { src_ip_sticky: false };
const TUNNEL = { ...PLAIN, ttl: 64, df: "copy" };
const NAT = { ...PLAIN, protocol: "tcp", port: 80, type: "clusterip" };
const TCP_80 = { protocol: "tcp", port: 80 };

const ROWS: [sentence: string, vip: object, fields: object][] = [
  ["a tunnel has an outer header", { encap: "gre4" }, { encap: "gre4", ...TUNNEL }],
  [
    "a tunnel's fields as configured",
    { encap: "gue", ttl: 7, df: "clear", src_ip_sticky: true },
    { encap: "gue", ttl: 7, df: "clear", src_ip_sticky: true },
  ],
  ["l3dsr has a DSCP", { encap: "l3dsr", dscp: 0 }, { encap: "l3dsr", ...PLAIN, dscp: 0 }],
  [
    "nat4 goes to the VIP's own port",
    { encap: "nat4", ...TCP_80 },
    { encap: "nat4", ...NAT, target_port: 80 },
  ],
  [
    "nat4 goes to its target port",
    { encap: "nat4", ...TCP_80, target_port: 8080, node_port: 30_000 },
    { encap: "nat4", ...NAT, target_port: 8080, node_port: 30_000 },
  ],
  [
    "a node port is the VIP's port unless given",
    { encap: "nat4", ...TCP_80, type: "nodeport" },
    { encap: "nat4", ...NAT, type: "nodeport", target_port: 80, node_port: 80 },
  ],
  [
    "nat4 without a port leaves a packet its port",
    { encap: "nat4" },
    { encap: "nat4", ...PLAIN, type: "clusterip" },
  ],
];

for (const [sentence, vip, fields] of ROWS) {
  Deno.test(`a VIP is shown as it runs: ${sentence}`, () => {
    assert.deepEqual(fieldsOf(vip), fields);
  });
}

Deno.test("a VIP of a port for TCP and UDP has a port and no protocol", () => {
  assert.deepEqual(fieldsOf({ port: 53 }), { encap: "gre4", ...TUNNEL, port: 53 });
});
