import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { DataplaneError } from "../../lib/dataplane.ts";
import {
  breakImage,
  type Broken,
  cut,
  FRAME,
  head,
  headByte,
  layout,
  record,
  slot,
  TABLES,
} from "./broken_image.ts";

async function refused(broken: Broken, message: RegExp): Promise<void> {
  await using simulation = simulate();
  await simulation.commit(TABLES);
  const [before] = simulation.frames([FRAME]);
  await assert.rejects(simulation.commitImage(breakImage(broken)), (error) => {
    assert.ok(error instanceof DataplaneError, String(error));
    assert.equal(error.errno, 22);
    assert.match(error.message, message);
    return true;
  });
  const [after] = simulation.frames([FRAME]);
  assert.equal(before?.decided, "table");
  assert.equal(after?.decided, "flow", "flows go on");
  assert.deepEqual(after?.output, before?.output, "the old tables go on");
  await simulation.commit({ ...TABLES, revision: 2 });
}

const vip = () => layout().gw_image_vip;
const key = () => layout().gw_image_key;
const server = () => layout().gw_image_server;
const ROWS: [string, () => Broken, RegExp][] = [
  ["no bytes at all", () => () => new DataView(new ArrayBuffer(0)), /image\.length/],
  ["less than a header", () => cut(TABLES.vips.length * 16 * 4 + 200), /image/],
  ["one byte too few", () => cut(1), /image\.length/],
  ["too few slots, and a length that agrees", () => cut(8, true), /slots/],
  ["another magic number", () => head("magic", 0x12345678), /image\.magic: 0x12345678/],
  ["another version", () => head("version", 99), /image\.version: 99/],
  ["a timeout of 0", () => head("timeout", 0), /image\.timeout: 0/],
  ["a timeout beyond the clock", () => head("timeout", 40_000), /image\.timeout: 40000/],
  ["no buckets", () => head("buckets", 0), /image\.buckets: 0/],
  ["buckets that are no power of two", () => head("buckets", 1000), /image\.buckets: 1000/],
  ["VIPs beyond the end", () => head("vips_off", 1 << 30), /vips: .*offset 1073741824/],
  ["VIPs inside the header", () => head("vips_off", 8), /vips: .*offset 8/],
  ["an offset that is not aligned", () => head("servers_off", 129), /servers: offset 129/],
  ["too many VIPs", () => head("vips_count", 0xffffffff), /vips: 4294967295/],
  ["more servers than there are", () => head("servers_count", 200_000), /servers: 200000/],
  ["more hops than there are", () => head("hops_count", 100_000), /hops: 100000/],
  ["too many ports", () => head("ports_count", 33), /ports: 33/],
  ["slots beyond the end", () => head("slots_count", 1 << 29), /slots: 536870912/],
  ["a port index beyond the last", () => record("ports", 0, 0, 32), /ports\[0\]\.index: 32/],
  ["a VIP of no family", () => record("vips", 1, vip().family, 5, 1), /vips\[1\]\.family: 5/],
  [
    "a prefix longer than its address",
    () => record("vips", 0, vip().prefix_len, 33, 1),
    /vips\[0\]\.prefix_len: 33/,
  ],
  ["host bits in a prefix", () => record("vips", 0, vip().prefix + 3, 1, 1), /vips\[0\]\.prefix/],
  ["a protocol without a port", () => record("vips", 1, vip().port, 0, 2), /vips\[1\]\.port: 0/],
  [
    "a protocol that has no ports",
    () => record("vips", 1, vip().protocol, 50, 1),
    /vips\[1\]\.protocol: 50/,
  ],
  ["an encap that nobody knows", () => record("vips", 2, vip().encap, 7, 1), /vips\[2\]\.encap: 7/],
  ["a flag that nobody knows", () => record("vips", 2, vip().flags, 4, 2), /vips\[2\]\.flags/],
  [
    "l3dsr for an IPv6 VIP",
    () => record("vips", 2, vip().encap, layout().constants.GW_ENCAP_L3DSR, 1),
    /vips\[2\]\.encap: 2 does not go with IPv6/,
  ],
  [
    "a flag of a port that nobody knows",
    () => record("ports", 0, layout().gw_image_port.flags, 4),
    /ports\[0\]\.flags: 0x4/,
  ],
  ["a way to clients that is not there", () => head("hop4", 1), /image\.hop4: 1/],
  ["a way to IPv6 clients that is not there", () => head("hop6", 77), /image\.hop6: 77/],
  ["entropy of nearly all bits", () => headByte("ip4_entropy_len", 7), /ip4_entropy_len: 7/],
  ["entropy of no bit", () => headByte("ip6_entropy_len", 127), /ip6_entropy_len: 127/],
  ["entropy with host bits", () => headByte("ip4_entropy_len", 9), /ip4_entropy: bits behind/],
  ["too many keys", () => head("keys_count", 1 << 20), /keys: 1048576/],
  ["a key of no family", () => record("keys", 0, key().family, 5, 1), /keys\[0\]\.family: 5/],
  ["a key of no port", () => record("keys", 0, key().port, 0, 2), /keys\[0\]\.protocol: 17 with/],
  ["a key for all", () => record("keys", 1, key().protocol, 255, 1), /keys\[1\]\.protocol: 255/],
  ["a key to no VIP", () => record("keys", 1, key().vip, 5), /keys\[1\]\.vip: 5/],
  ["a key to the other family", () => record("keys", 1, key().vip, 2), /keys\[1\]\.family: 4/],
  ["a key half the node's", () => record("keys", 2, key().node, 2, 1), /keys\[2\]\.node/],
  ["a VIP id beyond the last", () => record("vips", 2, vip().id, 65536), /vips\[2\]\.id: 65536/],
  ["the same VIP id twice", () => record("vips", 2, vip().id, 0), /vips\[2\]\.id: 0/],
  [
    "a table beyond the slots",
    () => record("vips", 2, vip().table_off, 72),
    /vips\[2\]\.table_off/,
  ],
  [
    "a table far beyond the slots",
    () => record("vips", 2, vip().table_off + 4, 0xffffffff),
    /vips\[2\]\.table_off/,
  ],
  [
    "a table length that is no power of two",
    () => record("vips", 0, vip().table_len, 12),
    /vips\[0\]\.table_len: 12/,
  ],
  [
    "a table longer than the slots",
    () => record("vips", 0, vip().table_len, 128),
    /vips\[0\]\.table_off: 128/,
  ],
  ["slot id 0 for a server", () => record("servers", 1, server().slot, 0), /servers\[1\]\.slot: 0/],
  [
    "a slot id beyond the last",
    () => record("servers", 1, server().slot, 262_144),
    /servers\[1\]\.slot: 262144/,
  ],
  ["the same slot id twice", () => record("servers", 1, server().slot, 1), /servers\[1\]\.slot: 1/],
  ["a hop that is not there", () => record("servers", 1, server().hop, 1), /servers\[1\]\.hop: 1/],
  [
    "a server's encap that nobody knows",
    () => record("servers", 0, server().encap, 7, 1),
    /servers\[0\]\.encap: 7/,
  ],
  [
    "a server's family that its encap cannot have",
    () => record("servers", 0, server().family, 6, 1),
    /servers\[0\]\.family: encap 0 needs an IPv4 address/,
  ],
  [
    "a tunnel without a TTL",
    () => record("servers", 0, server().ttl, 0, 1),
    /servers\[0\]\.ttl: 0/,
  ],
  ["a df that nobody knows", () => record("servers", 0, server().df, 3, 1), /servers\[0\].*df 3/],
  ["a nat server with a TTL", () => record("servers", 4, server().ttl, 1, 1), /servers\[4\]\.ttl/],
  ["a dscp of 64", () => record("servers", 5, server().dscp, 64, 1), /servers\[5\]\.dscp: 64/],
  [
    "a dscp in a tunnel",
    () => record("servers", 0, server().dscp, 1, 1),
    /servers\[0\]\.dscp: 1/,
  ],
  [
    "a target port in a tunnel",
    () => record("servers", 0, server().target_port, 80, 2),
    /servers\[0\]\.target_port: 80/,
  ],
  [
    "an IPv6 address for gre4",
    () => record("servers", 0, server().address + 9, 1, 1),
    /servers\[0\]\.address/,
  ],
  [
    "a server of a VIP id beyond the last",
    () => record("servers", 0, server().vip, 70_000),
    /servers\[0\]\.vip: 70000/,
  ],
  [
    "a hop by a port that is not there",
    () => record("hops", 0, layout().gw_image_hop.port, 1),
    /hops\[0\]\.port: 1/,
  ],
  ["own addresses beyond the most", () => head("own_count", 65), /own: 65 records, at most 64/],
  [
    "an own address of no family",
    () => record("own", 0, layout().gw_image_own.family, 5, 1),
    /own\[0\]\.family: 5/,
  ],
  [
    "an own address of IPv4 that is longer",
    () => record("own", 0, layout().gw_image_own.address + 9, 1, 1),
    /own\[0\]\.address/,
  ],
  ["a slot with an id that no server has", () => slot(3, 77), /slots\[3\]: 77/],
  ["a slot with an id beyond the last", () => slot(5, 0xffffffff), /slots\[5\]: 4294967295/],
  ["a slot with id 0", () => slot(15, 0), /slots\[15\]: 0/],
  ["a slot with another VIP's server", () => slot(16, 1), /slots\[16\]: 1 .*vips\[1\]/],
];
for (const [what, broken, message] of ROWS) {
  Deno.test(`an image with ${what} is refused by its record, and the old tables go on`, async () => {
    await refused(broken(), message);
  });
}
