/**
 * The name of a VIP, which is also its key: `90.0.0.0/8`, or `90.0.0.0/8 tcp/80` where it is narrowed; `any/80`
 * stands for TCP and UDP.
 *
 * @module
 */
import { NetError, parsePrefix, type Prefix } from "./net.ts";
import { shown } from "./shown.ts";

/** What a VIP's name says. Without a protocol a port is for TCP and UDP; without a port there is no protocol. */
export interface VipName {
  prefix: Prefix;
  protocol: "tcp" | "udp" | null;
  port: number | null;
  /** Canonical. */
  text: string;
}

/**
 * Reads a VIP's name; the protocol's case and the amount of space do not matter.
 *
 * @throws {NetError}
 */
export function parseVipName(text: string): VipName {
  const [first = "", second, ...rest] = text.trim().split(/\s+/);
  if (rest.length > 0) throw new NetError(notAName(text));
  const prefix = parsePrefix(first);
  if (second === undefined) return { prefix, protocol: null, port: null, text: prefix.text };
  const [, word, digits] = /^(tcp|udp|any)\/([1-9][0-9]{0,4})$/i.exec(second) ?? [];
  const port = Number(digits);
  if (word === undefined || port > 65535) throw new NetError(notAName(text));
  const lower = word.toLowerCase();
  const protocol = lower === "tcp" || lower === "udp" ? lower : null;
  return { prefix, protocol, port, text: `${prefix.text} ${lower}/${port}` };
}

function notAName(text: string): string {
  return `not a VIP: ${shown(text)}; write 90.0.0.0/8, 90.0.0.0/8 tcp/80 or 90.0.0.0/8 any/80`;
}

/** The name of a VIP of the configuration, whose prefix is canonical. */
export function vipName(vip: { prefix: string; protocol?: string; port?: number }): string {
  return vip.port === undefined ? vip.prefix : `${vip.prefix} ${vip.protocol ?? "any"}/${vip.port}`;
}
