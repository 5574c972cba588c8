/** A plan of a change that changes nothing. */
export const NOTHING = {
  added: [],
  removed: [],
  vips: [],
  interfaces_added: [],
  interfaces_removed: [],
  settings: [],
};

/** Two VIPs and three servers, behind an interface that any user can open. */
export const CONFIG = {
  conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10", buckets: 1024 },
  interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
  vips: [
    {
      prefix: "90.0.0.0/8",
      encap: "gre4",
      new_len: 4096,
      servers: [{ address: "10.0.0.1", weight: 100 }, { address: "10.0.0.2", weight: 100 }],
    },
    {
      prefix: "2002::/16",
      protocol: "tcp",
      port: 80,
      encap: "gre6",
      new_len: 1024,
      servers: [{ address: "2001:db8:1::1", weight: 50 }],
    },
  ],
};
