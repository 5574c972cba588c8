/**
 * A VIP's health check as it is in force: what its configuration leaves open is filled in.
 *
 * @module
 */
import type { HealthConfig, VipConfig } from "../config.ts";
import { ENCAP_KINDS } from "./encaps.ts";

/** Statuses that a server answers with that is well; HTTP's own for "here it is" and "it is there". */
export const EXPECT = "200-399";
/** Seconds that an answer may take; less where checks come faster. */
const TIMEOUT = 1;

/** One check of one kind. Null: does not apply. */
export interface Check {
  type: HealthConfig["type"];
  port: number;
  /** http, https. */
  path: string | null;
  /** http, https: null is the server's address. */
  host: string | null;
  /** http, https: statuses. */
  expect: string | null;
  /** udp: hex digits. */
  send: string | null;
  /** Seconds. */
  interval: number;
  timeout: number;
  rise: number;
  fall: number;
}

/** Where servers of the VIP are asked unless the check names a port; undefined where packets keep any port. */
export function serversPort(vip: Pick<VipConfig, "encap" | "port" | "target_port">) {
  const port = ENCAP_KINDS[vip.encap].kind === "nat" ? vip.target_port : undefined;
  return port ?? vip.port;
}

/** Null: the VIP's servers are not checked. */
export function checkOf(vip: VipConfig): Check | null {
  const { health } = vip;
  if (health === undefined) return null;
  const web = health.type === "http" || health.type === "https";
  return {
    type: health.type,
    port: health.port ?? serversPort(vip)!,
    path: web ? health.path ?? "/" : null,
    host: web ? health.host ?? null : null,
    expect: web ? health.expect ?? EXPECT : null,
    send: health.send ?? null,
    interval: health.interval,
    timeout: timeoutOf(health),
    rise: health.rise,
    fall: health.fall,
  };
}

/** Seconds. */
export function timeoutOf({ timeout, interval }: HealthConfig): number {
  return timeout ?? Math.min(TIMEOUT, interval);
}

/** `http :8080/healthz`, `tcp :80` */
export function checkText({ type, port, path }: Check): string {
  return `${type} :${port}${path ?? ""}`;
}
