/**
 * A line of `ipvsadm-save -n`, or of the command with the same words.
 *
 * @module
 */
import { type Endpoint, parseAddress, parseEndpoint } from "../net.ts";
import { LineError } from "../vpp/line_error.ts";
import type { Line, Word } from "../vpp/words.ts";

/** Options by their short letter; null: there was no value. */
export type Options = ReadonlyMap<string, { word: Word; value: string | null }>;

/** What a line does. */
export type IpvsLine =
  | { kind: "service" | "server"; service: Service; options: Options; place: Word }
  | { kind: "other"; place: Word };

/** A virtual service that has an address. */
export interface Service extends Endpoint {
  protocol: "tcp" | "udp";
}

/** Long names of options. */
const LONG = new Map(Object.entries({
  "--add-service": "-A",
  "--add-server": "-a",
  "--tcp-service": "-t",
  "--udp-service": "-u",
  "--fwmark-service": "-f",
  "--scheduler": "-s",
  "--persistent": "-p",
  "--netmask": "-M",
  "--ops": "-o",
  "--sched-flags": "-b",
  "--real-server": "-r",
  "--gatewaying": "-g",
  "--ipip": "-i",
  "--masquerading": "-m",
  "--weight": "-w",
  "--u-threshold": "-x",
  "--l-threshold": "-y",
  "--ipv6": "-6",
}));

const FLAGS = new Set(["-A", "-a", "-g", "-i", "-m", "-o", "-6"]);
const TUNNEL_FLAGS = new Set(["--tun-nocsum", "--tun-csum", "--tun-remcsum"]);

/** Reads a line. @throws {LineError} for what cannot be read */
export function readIpvsLine(line: Line): IpvsLine {
  const [place] = line;
  const words = place.text === "ipvsadm" ? line.slice(1) : [...line];
  const options = readOptions(words);
  const kind = options.has("-A") ? "service" : options.has("-a") ? "server" : null;
  if (kind === null) return { kind: "other", place };
  return { kind, service: readService(options, place), options, place };
}

function readOptions(words: readonly Word[]): Options {
  const options = new Map<string, { word: Word; value: string | null }>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const name = LONG.get(word.text) ?? word.text;
    if (!name.startsWith("-")) throw new LineError(word, `unknown word ${word.text}`);
    const next = words[at + 1]?.text;
    const alone = FLAGS.has(name) || TUNNEL_FLAGS.has(name) ||
      next === undefined || name === "-p" && !/^\d+$/.test(next);
    options.set(name, { word, value: alone ? null : next });
    if (!alone) at++;
  }
  return options;
}

function readService(options: Options, place: Word): Service {
  if (options.has("-f")) {
    const { word, value } = options.get("-f")!;
    throw new LineError(word, `firewall mark ${value} has no address; a VIP is an address`);
  }
  for (const [letter, protocol] of [["-t", "tcp"], ["-u", "udp"]] as const) {
    const found = options.get(letter);
    if (found !== undefined) return { ...readEndpoint(found.value ?? "", found.word), protocol };
  }
  throw new LineError(place, "neither -t, -u nor -f tells the service");
}

/** An address with its port; without one it is 0. @throws {LineError} */
export function readEndpoint(text: string, word: Word): Endpoint {
  try {
    const alone = text.replace(/^\[(.*)\]$/, "$1");
    return isAddress(alone) ? { address: parseAddress(alone), port: 0 } : parseEndpoint(text);
  } catch (error) {
    throw new LineError(word, error instanceof Error ? error.message : String(error));
  }
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text);
    return true;
  } catch {
    return false;
  }
}

/** The whole number behind an option; `usual` where it does not stand there. @throws {LineError} */
export function numberOf(options: Options, name: string, usual: number, max: number): number {
  const found = options.get(name);
  if (found === undefined) return usual;
  const { word, value } = found;
  if (value !== null && /^\d+$/.test(value) && Number(value) <= max) return Number(value);
  throw new LineError(word, `${name} ${value ?? ""}: not a whole number from 0 to ${max}`);
}
