/**
 * VIPs as they run.
 *
 * @module
 */
import { UNCHECKED } from "../../lib/health/book.ts";
import type { ServerStatus, VipStatus } from "../../lib/status.ts";

const NONE = {
  protocol: null,
  port: null,
  type: null,
  target_port: null,
  node_port: null,
  dscp: null,
  ttl: null,
  df: null,
};

/** A gre4 VIP with one server that serves, one that drains and one that was removed. */
export function greVip(): VipStatus {
  return {
    ...NONE,
    name: "90.0.0.1/32",
    prefix: "90.0.0.1/32",
    encap: "gre4",
    new_len: 1024,
    src_ip_sticky: false,
    ttl: 64,
    df: "copy",
    icmp_echo: "reply",
    health: null,
    flows: 3,
    new_flows: 6,
    table_since: "2026-11-29T12:00:00.000Z",
    table_flows: 6,
    conditions: { up: 1, draining: 0, down: 0, no_next_hop: 1, removed: 1 },
    servers: [
      server("10.0.0.2", { weight: 100, slots: 1024, state: "active" }),
      server("10.0.0.3", { weight: 0, slots: 0, state: "draining", next_hop: null }),
      server("10.0.0.1", { weight: 0, slots: 0, state: "removed" }),
    ],
    counters: {
      packets: 35,
      bytes: 2800,
      next_packet: 16,
      first_packet: 3,
      untracked_packet: 16,
      related_packet: 0,
      no_server: 4,
      too_big: 2,
    },
  };
}

/** A nat4 VIP of one port. */
export function natVip(): VipStatus {
  return {
    ...greVip(),
    ttl: null,
    df: null,
    encap: "nat4",
    protocol: "udp",
    port: 80,
    type: "clusterip",
    target_port: 3307,
    servers: [],
    flows: 0,
    new_flows: 0,
    counters: {},
  };
}

function server(address: string, fields: Partial<ServerStatus>): ServerStatus {
  return {
    address,
    weight: 100,
    state: "active",
    next_hop: { interface: "net0", mac: "02:00:00:00:00:01" },
    reason: fields.next_hop === null ? "no route to it" : null,
    health: UNCHECKED,
    slots: 0,
    table_flows: 2,
    counters: { packets: 5, bytes: 400, new_flows: 2, flows: 1 },
    ...fields,
  };
}
