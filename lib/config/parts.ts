/**
 * What is well-formed in a configuration, so that rules can be applied to it.
 *
 * @module
 */
import type { Config, InterfaceConfig, ServerConfig, VipConfig } from "../config.ts";
import {
  looseConfSchema,
  looseInterfaceSchema,
  looseServerSchema,
  looseVipSchema,
} from "./schema.ts";

/** A VIP with its place in the list; the servers with theirs. */
export interface VipPart {
  at: number;
  vip: VipConfig;
  servers: { at: number; server: ServerConfig }[];
}

/** What of a configuration has the right shape. */
export interface Parts {
  /** Null: it has not. */
  conf: Config["conf"] | null;
  interfaces: [string, InterfaceConfig][];
  vips: VipPart[];
}

/** All of a configuration that is well-formed as a whole. */
export function allParts(config: Config): Parts {
  return {
    conf: config.conf,
    interfaces: Object.entries(config.interfaces),
    vips: config.vips.map((vip, at) => ({
      at,
      vip,
      servers: vip.servers.map((server, at) => ({ at, server })),
    })),
  };
}

/** What is well-formed in a configuration that is not, so that all its problems come at once. */
export function soundParts(input: unknown): Parts {
  const { conf, interfaces, vips } = fields(input);
  return {
    conf: looseConfSchema.safeParse(conf ?? {}).data ?? null,
    interfaces: Object.entries(fields(interfaces)).flatMap(([name, value]) => {
      const sound = looseInterfaceSchema.safeParse(value).data;
      return sound === undefined ? [] : [[name, sound] as [string, InterfaceConfig]];
    }),
    vips: list(vips).flatMap((value, at) => soundVip(value, at)),
  };
}

function soundVip(value: unknown, at: number): VipPart[] {
  const { servers, ...head } = fields(value);
  const vip = looseVipSchema.safeParse(head).data;
  if (vip === undefined) return [];
  const sound = list(servers).flatMap((value, at) => {
    const server = looseServerSchema.safeParse(value).data;
    return server === undefined ? [] : [{ at, server }];
  });
  return [{ at, vip, servers: sound }];
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
