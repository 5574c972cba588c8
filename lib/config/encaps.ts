/**
 * What the encaps are like, as far as the configuration is concerned.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Encap } from "../dataplane.ts";

/** `tunnel`: wraps packets whole. `nat`: translates addresses and ports. `l3dsr`: changes the destination alone. */
export interface EncapKind {
  kind: "tunnel" | "l3dsr" | "nat";
  /** Family that its VIPs must have; null: either. */
  vips: 4 | 6 | null;
  /** Family that its servers must have; null: either. */
  servers: 4 | 6 | null;
}

/** By encap. */
export const ENCAP_KINDS: Record<Encap, EncapKind> = {
  gre4: { kind: "tunnel", vips: null, servers: 4 },
  gre6: { kind: "tunnel", vips: null, servers: 6 },
  l3dsr: { kind: "l3dsr", vips: 4, servers: 4 },
  nat4: { kind: "nat", vips: 4, servers: 4 },
  nat6: { kind: "nat", vips: 6, servers: 6 },
  ipip: { kind: "tunnel", vips: null, servers: null },
  gue: { kind: "tunnel", vips: null, servers: null },
};

/** Names of the encaps of a kind, as a sentence lists them. */
export function encapsOf(kind: EncapKind["kind"]): string {
  const names = Object.entries(ENCAP_KINDS).filter(([, one]) => one.kind === kind)
    .map(([name]) => name);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

/**
 * Whether packets to servers of a family have a source address for their outer header, if they get one: the node's own,
 * or for GRE and IPIP one of the prefix for entropy.
 */
export function hasSource(encap: Encap, family: 4 | 6, conf: Config["conf"]): boolean {
  if (ENCAP_KINDS[encap].kind !== "tunnel") return true;
  if (conf[`ip${family}_src_address`] !== undefined) return true;
  return encap !== "gue" && conf[`ip${family}_entropy`] !== undefined;
}
