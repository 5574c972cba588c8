/**
 * The keywords of all commands: VPP's, and what Guideway has more in the same style.
 *
 * @module
 */
import { DF_POLICIES, ENCAPS } from "../dataplane.ts";
import { flag, type Option, option } from "./given.ts";
import * as value from "./value.ts";

/** What narrows a prefix to a VIP. */
export const PROTOCOL = option("protocol", value.oneOf(["tcp", "udp"]), "only this protocol");
export const PORT = option("port", value.PORT, "only this port, of TCP and UDP without a protocol");

/** Of servers. */
export const WEIGHT = option("weight", value.whole(0, 100), "share of new flows; 0 drains", [
  "del",
]);
export const FLUSH = flag("flush", "forget their flows at once");
export const DEL = flag("del", "remove it");
export const DEL_SERVERS = flag("del", "remove them; their flows go on until they end", ["weight"]);

export const VERBOSE = flag("verbose", "with counters and servers");

/** Of `lb conf`. */
export const CONF_OPTIONS: Option[] = [
  option("ip4-src-address", value.addressOf(4), "outer source over IPv4, and the node's address"),
  option("ip6-src-address", value.addressOf(6), "outer source over IPv6, and the node's address"),
  option("buckets", value.powerOfTwo(2 ** 26), "of each worker's flow table", ["buckets-log2"]),
  option("buckets-log2", value.whole(0, 26), "the same as a power of 2", ["buckets"]),
  option("timeout", value.whole(1, 30_000), "seconds without a packet after which a flow ends"),
  option("ip4-entropy", value.prefixOf(4), "outer sources of gre and ipip by flow"),
  option("ip6-entropy", value.prefixOf(6), "outer sources of gre and ipip by flow"),
  option("gue-port", value.whole(1, 65_535), "UDP destination port of gue"),
];

/** Of `lb vip`, besides its name. */
export const VIP_OPTIONS: Option[] = [
  option("encap", value.oneOf(ENCAPS), "how packets reach the servers; gre4 unless given"),
  option("dscp", value.whole(0, 63), "l3dsr: what the servers tell the VIP by"),
  option("type", value.oneOf(["clusterip", "nodeport"]), "nat: nodeport serves the node, too"),
  option("target_port", value.PORT, "nat: the servers' port"),
  option("node_port", value.PORT, "nat: port at the node's own address"),
  option("new_len", value.powerOfTwo(2 ** 24), "slots of the table; 1024 unless given"),
  flag("src_ip_sticky", "all flows of a client go to one server"),
  option("ttl", value.whole(1, 255), "tunnels: of the outer header; 64 unless given"),
  option("df", value.oneOf(DF_POLICIES), "tunnels: don't-fragment of the outer header"),
  option("icmp_echo", value.oneOf(["reply", "forward"]), "who answers a ping to the VIP"),
];
