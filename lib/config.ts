/** An application server of a VIP. */
export interface ServerConfig {
  address: string;
  /** 0 to 100; 0 is a graceful drain. */
  weight: number;
}

/** A virtual IP. */
export interface VipConfig {
  prefix: string;
  protocol?: "tcp" | "udp";
  port?: number;
  encap: "gre4" | "gre6";
  /** Slots of the new-connection table, a power of two. */
  new_len: number;
  servers: ServerConfig[];
}

/** A network port that the workers poll. */
export interface InterfaceConfig {
  device: string;
  /** A fixed next hop for every server behind this interface, in place of the kernel's routes. */
  next_hop?: { mac: string };
}

/** A whole configuration with all defaults filled in. */
export interface Config {
  conf: {
    ip4_src_address?: string;
    ip6_src_address?: string;
    /** Of each worker's established-connections table, a power of two. */
    buckets: number;
    /** Seconds. */
    timeout: number;
    /** 32 hex digits. */
    hash_key: string;
  };
  workers: number;
  interfaces: Record<string, InterfaceConfig>;
  vips: VipConfig[];
}
