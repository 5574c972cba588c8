/**
 * How packets reach the servers of a VIP, as far as its configuration says so. Flows stay with their server when it
 * changes: from then on their packets go the new way, too.
 *
 * @module
 */
import type { VipConfig } from "../config.ts";
import { ENCAP_KINDS } from "../config/encaps.ts";
import type { SnapshotServer } from "../dataplane.ts";

/** Fields of a {@linkcode SnapshotServer}. */
export type Sending = Pick<SnapshotServer, "encap" | "ttl" | "df" | "dscp" | "targetPort">;

/** RFC 1700's default, which the outer header of a tunnel has. */
const TTL = 64;

/** What a VIP's servers have in common. */
export function sendingOf(vip: VipConfig): Sending {
  const { kind } = ENCAP_KINDS[vip.encap];
  return {
    encap: vip.encap,
    ttl: kind === "tunnel" ? vip.ttl ?? TTL : 0,
    df: vip.df ?? "copy",
    dscp: vip.dscp ?? 0,
    targetPort: kind === "nat" ? vip.target_port ?? vip.port ?? 0 : 0,
  };
}
