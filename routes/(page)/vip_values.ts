/**
 * A VIP as a form's fields, and back. Fields have the names of the configuration: `ttl`, `health.port`. Servers are a text of
 * lines, each an address and, where it is given, a weight.
 *
 * @module
 */
import type { VipConfig } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";
import type { FormValues } from "./form.ts";
import { flagOf, numberOf, textOf } from "./values.ts";

/** What makes its name. */
const KEY_TEXTS = ["prefix", "protocol"] as const;
const TEXTS = ["encap", "type", "df", "icmp_echo"] as const;
const NUMBERS = ["new_len", "target_port", "node_port", "dscp", "ttl"] as const;
const HEALTH_TEXTS = ["path", "host", "expect", "send", "on_down"] as const;
const HEALTH_NUMBERS = ["port", "interval", "timeout", "rise", "fall"] as const;

type Fields = Record<string, unknown>;

/** All fields of a VIP that is to be made; what was left empty has its default. @throws {RefusedError} 400 */
export function newVipOf(form: URLSearchParams): Fields {
  const own = ownFields(form);
  const fields = {
    ...texts(form, KEY_TEXTS),
    port: numberOf(form, "port"),
    ...own,
    health: own.health && given(own.health),
    servers: serversOf(form.get("servers") ?? ""),
  };
  return given(fields);
}

/** Fields that may change of a VIP that is there; null where nothing was typed. @throws {RefusedError} 400 */
export function vipChangeOf(form: URLSearchParams): Fields {
  return ownFields(form);
}

function ownFields(form: URLSearchParams): Fields & { health: Fields | null } {
  return {
    ...texts(form, TEXTS),
    ...Object.fromEntries(NUMBERS.map((name) => [name, numberOf(form, name)])),
    src_ip_sticky: flagOf(form, "src_ip_sticky"),
    health: healthOf(form),
  };
}

function texts(form: URLSearchParams, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, textOf(form, name)]));
}

/** Null: no check. @throws {RefusedError} 400 where there is no type, and something else was typed */
function healthOf(form: URLSearchParams): Fields | null {
  const type = textOf(form, "health.type");
  if (type === null) {
    const before = new URLSearchParams(form.get("was") ?? "");
    const typed = [...HEALTH_TEXTS, ...HEALTH_NUMBERS].map((name) => `health.${name}`)
      .find((name) => textOf(form, name) !== null && textOf(form, name) !== textOf(before, name));
    if (typed === undefined) return null;
    const message = `choose how to check, or leave ${typed} empty`;
    throw new RefusedError(400, [{ path: "health.type", message }]);
  }
  return {
    type,
    ...Object.fromEntries(HEALTH_TEXTS.map((name) => [name, textOf(form, `health.${name}`)])),
    ...Object.fromEntries(HEALTH_NUMBERS.map((name) => [name, secondsOf(form, `health.${name}`)])),
  };
}

/** A number, also with a part behind the point, or what was typed in place of one. */
function secondsOf(form: URLSearchParams, name: string): number | string | null {
  const text = textOf(form, name);
  return text !== null && /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : text;
}

/** What stands behind the first space is the weight, whatever it is. */
export function serversOf(text: string): Fields[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.map((line) => {
    const [address = "", ...rest] = line.split(/[\s,;]+/);
    const weight = rest.join(" ");
    if (weight === "") return { address };
    return { address, weight: /^\d{1,9}$/.test(weight) ? Number(weight) : weight };
  });
}

function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** What stands in the form of a VIP that is there. */
export function valuesOfVip(vip: VipConfig): FormValues {
  const { health, servers: _, src_ip_sticky, ...fields } = vip;
  const checks = Object.entries(health ?? {}).map(([name, value]) => [`health.${name}`, value]);
  return { ...fields, ...Object.fromEntries(checks), ...stickyOf(src_ip_sticky) };
}

function stickyOf(sticky: boolean): FormValues {
  return sticky ? { src_ip_sticky: "on" } : {};
}

/** Of a new VIP like that one: all but its name. */
export function valuesLike(vip: VipConfig): FormValues {
  const { prefix: _, protocol, port, ...rest } = vip;
  const servers = vip.servers.map(({ address, weight }) => `${address} ${weight}`).join("\n");
  const key = { protocol: protocol ?? null, port: port ?? null };
  return { ...valuesOfVip({ prefix: "", ...rest }), ...key, servers };
}
