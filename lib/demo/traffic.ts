/**
 * Which connections the client opens. The list is fixed, so that every run of the demo splits its
 * flows in the same way: the flow hash is keyed by the configuration and nothing here is drawn.
 *
 * @module
 */
import { clientAddress, type DemoVip, VIPS } from "./topology.ts";

/** One TCP connection of the client. */
export interface Connection {
  vip: DemoVip;
  source: string;
  port: number;
  destination: string;
  /** HTTP requests on it; more than one: it is kept alive between them. */
  requests: number;
}

/** Connections for each VIP in one round. */
const CONNECTIONS = 180;
/** Every sixth is kept alive for 5 requests: 150 requests on 150 connections, 150 on 30. */
const KEPT_EVERY = 6;
const KEPT_REQUESTS = 5;

const FIRST_PORT = 20_000;
const PORTS = 40_000;

function connection(vip: DemoVip, n: number): Connection {
  const lap = Math.floor(n / 8);
  return {
    vip,
    source: clientAddress(vip, n),
    port: FIRST_PORT + lap % PORTS,
    destination: vip.addresses[lap % vip.addresses.length]!,
    requests: n % KEPT_EVERY === 0 ? KEPT_REQUESTS : 1,
  };
}

/** Connections of round 0, 1, …; the VIPs take turns. A source port comes again after 1,777 rounds. */
export function round(index: number): Connection[] {
  const connections: Connection[] = [];
  for (let n = index * CONNECTIONS; n < (index + 1) * CONNECTIONS; n++) {
    for (const vip of VIPS) connections.push(connection(vip, n));
  }
  return connections;
}
