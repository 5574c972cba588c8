/**
 * The shape of a configuration, field by field, with defaults. What spans several fields is in
 * rules.ts.
 *
 * @module
 */
import { z } from "zod";
import { DF_POLICIES, ENCAPS, SNATS } from "../dataplane.ts";
import { parseDevice } from "./device.ts";
import { formatMac, parseAddress, parseAddressOf, parseMac, parsePrefix } from "../net.ts";
import { canonicalStatuses } from "./statuses.ts";
import { shown } from "../shown.ts";

/** SipHash key of nodes that set none: "guideway flowkey" in ASCII. */
const DEFAULT_HASH_KEY = "677569646577617920666c6f776b6579";

/** Most slots of one new-connection table, and of all together. */
const TABLE_MAX = 2 ** 24;
export const TABLES_MAX = 2 ** 26;
/** Ids that the data plane has; id 0 of a server means none. */
export const VIPS_MAX = 65_535;
export const SERVERS_MAX = 262_143;
export const INTERFACES_MAX = 32;

/** What is wrong with an interface's name that does not fit. */
export const NAME_RULE =
  "not a name for an interface: a letter first, then letters, digits, dot, " +
  "dash or underscore, up to 32 in all";

/** Text that `canonical` reads and writes in its one right form; its error's sentence is the problem. */
function text(canonical: (text: string) => string) {
  return z.string().check((context) => {
    try {
      context.value = canonical(context.value);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      context.issues.push({ code: "custom", message, input: context.value });
    }
  });
}

function whole(min: number, max: number) {
  return z.int().min(min).max(max);
}

function powerOfTwo(max: number) {
  return z.int().min(1).max(max).check((context) => {
    const value = context.value;
    if (Number.isInteger(Math.log2(value)) || value < 1 || value > max) return;
    const below = 2 ** Math.floor(Math.log2(value));
    const message = `not a power of two: ${value} (near it: ${below}, ${Math.min(max, 2 * below)})`;
    context.issues.push({ code: "custom", message, input: value });
  });
}

function stationMac(text: string): string {
  const mac = parseMac(text);
  if (((mac[0] ?? 0) & 1) === 1) {
    throw new Error(`a multicast MAC address: ${shown(text)}; a next hop is one station`);
  }
  if (mac.every((byte) => byte === 0)) throw new Error("a next hop's MAC address is not all 0");
  return formatMac(mac);
}

/** A prefix that outer sources are taken from: with bits to choose, and nowhere near what is no host's address. */
function entropyPrefix(family: 4 | 6, longest: number) {
  return (text: string): string => {
    const prefix = parsePrefix(text);
    const { length, bytes: [first = 0] } = prefix;
    if (prefix.family !== family) throw new Error(`not an IPv${family} prefix: ${shown(text)}`);
    if (length < 8 || length > longest) {
      throw new Error(`takes a prefix from /8 to /${longest}, not ${prefix.text}`);
    }
    if (first === 0 || first === 127 && family === 4 || first >= (family === 4 ? 224 : 255)) {
      throw new Error(`${prefix.text} holds addresses that no host sends from`);
    }
    return prefix.text;
  };
}

function hashKey(text: string): string {
  if (/^[0-9a-f]{32}$/i.test(text)) return text.toLowerCase();
  throw new Error(`not 32 hex digits: ${shown(text)}`);
}

/** A record's schema passes over the one name that would be an object's prototype; here it is refused. */
function withoutPrototype<T extends z.ZodType>(record: T) {
  return z.preprocess((value, context) => {
    if (typeof value === "object" && value !== null && Object.hasOwn(value, "__proto__")) {
      context.addIssue({ code: "custom", message: NAME_RULE, path: ["__proto__"], input: value });
    }
    return value;
  }, record);
}

/** Seconds, also parts of one. */
function seconds(min: number, max: number) {
  return z.number({
    error: ({ code, input }) =>
      code === "invalid_type" && input !== undefined
        ? `expected a number of seconds, not ${shown(input)}`
        : undefined,
  }).min(min).max(max);
}

/** Goes into a request line as it is, where space or a line's end would begin something else. */
function requestPath(text: string): string {
  if (/^\/[\x21-\x7e]{0,1023}$/.test(text)) return text;
  throw new Error(`not a path of HTTP: ${shown(text)}; write / and what follows, without space`);
}

function hostName(text: string): string {
  if (/^[\w.-]{1,253}(:\d{1,5})?$|^\[[0-9a-f:.]{2,45}\](:\d{1,5})?$/i.test(text)) return text;
  throw new Error(`not a host name: ${shown(text)}`);
}

function datagram(text: string): string {
  if (/^([0-9a-f]{2}){1,512}$/i.test(text)) return text.toLowerCase();
  throw new Error(`not 1 to 512 bytes as pairs of hex digits: ${shown(text)}`);
}

const port = whole(1, 65_535);

/** A health check of a VIP's servers. */
const healthSchema = z.strictObject({
  type: z.enum(["tcp", "http", "https", "udp"]).default("tcp"),
  port: port.exactOptional(),
  path: text(requestPath).exactOptional(),
  host: text(hostName).exactOptional(),
  expect: text(canonicalStatuses).exactOptional(),
  send: text(datagram).exactOptional(),
  interval: seconds(0.1, 3600).default(2),
  timeout: seconds(0.05, 3600).exactOptional(),
  rise: whole(1, 100).default(2),
  fall: whole(1, 100).default(3),
  on_down: z.enum(["keep", "flush"]).default("keep"),
});

/** A server of a VIP. */
export const serverSchema = z.strictObject({
  address: text((value) => parseAddress(value).text),
  weight: whole(0, 100).default(100),
});

/** A VIP. */
export const vipSchema = z.strictObject({
  prefix: text((value) => parsePrefix(value).text),
  protocol: z.enum(["tcp", "udp"]).exactOptional(),
  port: port.exactOptional(),
  encap: z.enum(ENCAPS).default("gre4"),
  new_len: powerOfTwo(TABLE_MAX).default(1024),
  type: z.enum(["clusterip", "nodeport"]).exactOptional(),
  target_port: port.exactOptional(),
  node_port: port.exactOptional(),
  dscp: whole(0, 63).exactOptional(),
  src_ip_sticky: z.boolean().default(false),
  ttl: whole(1, 255).exactOptional(),
  df: z.enum(DF_POLICIES).exactOptional(),
  icmp_echo: z.enum(["reply", "forward"]).default("reply"),
  health: healthSchema.exactOptional(),
  servers: z.array(serverSchema).default([]),
});

/** An interface. */
export const interfaceSchema = z.strictObject({
  // YAML reads the device `null` without quotes as its own null.
  device: z.preprocess(
    (value) => value === null ? "null" : value,
    text((value) => parseDevice(value).text),
  ),
  next_hop: z.strictObject({ mac: text(stationMac) }).exactOptional(),
  // Each once and in their own order, so that equal things are equal.
  snat: z.array(z.enum(SNATS)).overwrite((given) => SNATS.filter((one) => given.includes(one)))
    .default([]),
});

/** Settings of the whole. */
const confSchema = z.strictObject({
  ip4_src_address: text((value) => parseAddressOf(4, value).text).exactOptional(),
  ip6_src_address: text((value) => parseAddressOf(6, value).text).exactOptional(),
  ip4_entropy: text(entropyPrefix(4, 30)).exactOptional(),
  ip6_entropy: text(entropyPrefix(6, 126)).exactOptional(),
  gue_port: port.default(6080),
  buckets: powerOfTwo(2 ** 26).default(65_536),
  timeout: whole(1, 30_000).default(40),
  hash_key: text(hashKey).default(DEFAULT_HASH_KEY),
});

/** A whole configuration. */
export const configSchema = z.strictObject({
  conf: confSchema.prefault({}),
  workers: whole(1, 32).default(1),
  interfaces: withoutPrototype(
    z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,31}$/), interfaceSchema),
  ).default({}),
  vips: z.array(vipSchema).default([]),
});

/**
 * The same with unknown fields passed over, for what can be said of a part in spite of other faults. Made once: to make
 * a schema takes longer than to use it.
 */
export const looseServerSchema = serverSchema.strip();
export const looseVipSchema = vipSchema.strip();
export const looseInterfaceSchema = interfaceSchema.strip();
export const looseConfSchema = confSchema.strip();

/** Known fields by place, where `[]` stands for any index and `*` for any name. */
export const KNOWN_FIELDS: Record<string, readonly string[]> = {
  "": Object.keys(configSchema.shape),
  "conf": Object.keys(confSchema.shape),
  "interfaces.*": Object.keys(interfaceSchema.shape),
  "interfaces.*.next_hop": ["mac"],
  "vips[]": Object.keys(vipSchema.shape),
  "vips[].health": Object.keys(healthSchema.shape),
  "vips[].servers[]": Object.keys(serverSchema.shape),
};
