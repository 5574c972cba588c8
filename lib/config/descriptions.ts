/**
 * A sentence on every field of a configuration, by its place: for the description of REST.
 *
 * @module
 */

/** `[]` stands for any index, `*` for any name. */
export const DESCRIPTIONS: Record<string, string> = {
  "": "A whole configuration",
  "conf": "Settings of the whole",
  "conf.ip4_src_address": "The node's own IPv4 address: outer source of tunnels over IPv4, and " +
    "where node ports are served. Needed by such VIPs",
  "conf.ip6_src_address": "The same over IPv6",
  "conf.ip4_entropy": "Prefix that gre4 and ipip take outer sources from, one a flow, for the " +
    "servers' RSS",
  "conf.ip6_entropy": "The same for gre6 and ipip over IPv6",
  "conf.gue_port": "UDP port that gue goes to",
  "conf.buckets": "Of each worker's established-connections table, six flows each; a power of two",
  "conf.timeout": "Seconds without a packet after which a flow ends",
  "conf.hash_key": "32 hex digits; equal keys and configurations steer equally on every node",
  "workers": "Polling threads, each with a queue of every interface; changes at the next start",
  "interfaces": "By name",
  "interfaces.*": "A port that packets come and leave by",
  "interfaces.*.device": "af_packet:IF, af_xdp:IF, tap:NAME, memif:PATH, pci:ADDRESS or null",
  "interfaces.*.next_hop": "Send everything there; without it the kernel's routes and neighbours " +
    "decide",
  "interfaces.*.next_hop.mac": "MAC address of one station",
  "interfaces.*.snat": "Answers of servers behind such encaps that come in here leave from their " +
    "VIP",
  "vips": "Each is known by its prefix, protocol and port together",
  "vips[]": "A virtual IP",
  "vips[].prefix": "IPv4 or IPv6; of several that hold an address the longest decides",
  "vips[].protocol": "With a port: for this one alone; without it the port is for both",
  "vips[].port": "Packets to it alone; without it the VIP takes all of the prefix's",
  "vips[].encap": "How packets reach the servers",
  "vips[].new_len": "Slots of the new-connection table, a power of two; 100 a server is good",
  "vips[].type": "nat: nodeport serves the VIP at the node's own address, too",
  "vips[].target_port": "nat: port of the servers; the VIP's unless given",
  "vips[].node_port": "nat: port at the node's own address; the VIP's unless given",
  "vips[].dscp": "l3dsr: what its servers know the VIP by; needed there",
  "vips[].src_ip_sticky": "All packets of a client's address go to one server",
  "vips[].ttl": "Tunnels: of the outer header; 64 unless given",
  "vips[].df": "Tunnels: don't-fragment of the outer header; copy unless given",
  "vips[].icmp_echo": "Who answers pings to the VIP: Guideway (reply), or a server (forward)",
  "vips[].health": "Asks the servers whether they are well; one that is down gets no new flows",
  "vips[].health.type": "tcp: connects; http and https: want a status (no certificate is " +
    "verified); udp: wants an answer",
  "vips[].health.port": "That is asked; the servers' own unless given",
  "vips[].health.path": "http, https: what is asked for; / unless given",
  "vips[].health.host":
    "http, https: Host, and TLS's server name; the server's address unless given",
  "vips[].health.expect": "http, https: statuses that are well, such as 200,204,300-399; 200-399 " +
    "unless given",
  "vips[].health.send": "udp: bytes as hex digits; any answer is well",
  "vips[].health.interval": "Seconds from one check to the next",
  "vips[].health.timeout": "Seconds that an answer may take, at most the interval; 1 unless given",
  "vips[].health.rise": "So many good checks after one another bring a server back",
  "vips[].health.fall": "So many bad checks after one another take a server out",
  "vips[].health.on_down": "Flows of a server that is taken out stay with it (keep), or go to " +
    "others at once (flush)",
  "vips[].servers": "Each address once",
  "vips[].servers[]": "An application server",
  "vips[].servers[].address": "IPv4 or IPv6, as the encap wants it",
  "vips[].servers[].weight":
    "Share of the VIP's new flows; 0 keeps the flows and takes no new ones",
};
