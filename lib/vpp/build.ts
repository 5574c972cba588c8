/**
 * From the parts of a line to its command.
 *
 * @module
 */
import type { Config } from "../config.ts";
import type { Command, Places, ServerWord, VipFields, VipWords } from "./command.ts";
import type { Given, Option } from "./given.ts";
import { LineError, type Place } from "./line_error.ts";
import {
  CONF_OPTIONS,
  DEL,
  DEL_SERVERS,
  FLUSH,
  PORT,
  PROTOCOL,
  VIP_OPTIONS,
  WEIGHT,
} from "./options.ts";

/** What a line gave besides the words of its form. */
export interface Parts {
  place: Place;
  /** Where the line ends. */
  end: Place;
  head: { value: string; place: Place }[];
  rest: { value: string; place: Place }[];
  given: Given;
}

/** @throws {LineError} */
export function buildConf({ place, end, given }: Parts): Command {
  const { fields, places } = fieldsOf(CONF_OPTIONS, given);
  if (Object.keys(fields).length === 0) {
    throw new LineError(end, `lb conf sets nothing; known here: ${names(CONF_OPTIONS)}`);
  }
  const { buckets_log2, ...conf } = fields;
  if (buckets_log2 !== undefined) {
    conf.buckets = 2 ** Number(buckets_log2);
    places.buckets = places.buckets_log2!;
  }
  return { kind: "conf", place, fields: conf as Partial<Config["conf"]>, places };
}

/** @throws {LineError} */
export function buildVip(parts: Parts): Command {
  const { place, given } = parts;
  const vip = vipWords(parts);
  if (given.has(DEL)) return { kind: "vip.del", place, vip };
  const { fields, places } = fieldsOf([PROTOCOL, PORT, ...VIP_OPTIONS], given);
  const { protocol: _, port: __, ...rest } = fields;
  for (const field of ["target_port", "node_port"]) if (rest[field] === 0) delete rest[field];
  return { kind: "vip", place, vip, fields: rest as VipFields, places };
}

/** @throws {LineError} */
export function buildServers(parts: Parts): Command {
  const { place, end, given } = parts;
  const servers: ServerWord[] = parts.rest.map(({ value, place }) => ({ address: value, place }));
  if (servers.length === 0) throw new LineError(end, "no server's address is given");
  const vip = vipWords(parts);
  const flush = given.has(FLUSH);
  if (given.has(DEL_SERVERS)) return { kind: "as.del", place, vip, servers, flush };
  const weight = given.get(WEIGHT);
  return { kind: "as", place, vip, servers, flush, ...weight === undefined ? {} : { weight } };
}

/** @throws {LineError} */
export function vipWords({ head, given }: Parts): VipWords {
  const { value: prefix, place } = head[0]!;
  const protocol = given.get(PROTOCOL);
  // VPP's 0 is every port.
  const port = given.get(PORT) || undefined;
  if (protocol !== undefined && port === undefined) {
    throw new LineError(given.word(PROTOCOL)!, `protocol ${protocol} needs a port from 1 to 65535`);
  }
  return {
    prefix,
    place,
    ...protocol === undefined ? {} : { protocol },
    ...port === undefined ? {} : { port },
  };
}

/** Fields of the configuration have underscores where VPP's `lb conf` has dashes. */
function fieldsOf(options: Option[], given: Given) {
  const fields: Record<string, unknown> = {};
  const places: Places = {};
  for (const option of options) {
    const word = given.word(option);
    if (word === undefined) continue;
    const field = option.word.replaceAll("-", "_");
    fields[field] = given.get(option);
    places[field] = { line: word.line, column: word.column };
  }
  return { fields, places };
}

function names(options: Option[]): string {
  return options.map(({ word }) => word).join(", ");
}
