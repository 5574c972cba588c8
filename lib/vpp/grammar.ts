/**
 * The commands. Reading, completion and help all come from here.
 *
 * @module
 */
import { SNATS } from "../dataplane.ts";
import { buildConf, buildServers, buildVip, type Parts, vipWords } from "./build.ts";
import type { Command, Shown } from "./command.ts";
import type { Option } from "./given.ts";
import {
  CONF_OPTIONS,
  DEL,
  DEL_SERVERS,
  FLUSH,
  PORT,
  PROTOCOL,
  VERBOSE,
  VIP_OPTIONS,
  WEIGHT,
} from "./options.ts";
import { ADDRESS, INTERFACE, PREFIX, type Value } from "./value.ts";

/** A command. */
export interface Form {
  /** Its words; each step's first one is the usual one. */
  path: string[][];
  /** What must follow them. */
  head: Value<string>[];
  /** What may stand any number of times among the options. */
  rest: Value<string> | null;
  options: Option[];
  help: string;
  /** @throws {LineError} */
  build(parts: Parts): Command;
}

/** All commands. */
export const FORMS: readonly Form[] = [
  {
    path: [["lb"], ["conf"]],
    head: [],
    rest: null,
    options: CONF_OPTIONS,
    help: "settings of the whole; what is not given stays",
    build: buildConf,
  },
  {
    path: [["lb"], ["vip"]],
    head: [PREFIX],
    rest: null,
    options: [PROTOCOL, PORT, ...VIP_OPTIONS, DEL],
    help: "add a VIP, or remove it",
    build: buildVip,
  },
  {
    path: [["lb"], ["as"]],
    head: [PREFIX],
    rest: ADDRESS,
    options: [PROTOCOL, PORT, WEIGHT, DEL_SERVERS, FLUSH],
    help: "add servers to a VIP, weigh or remove them",
    build: buildServers,
  },
  {
    path: [["lb"], ["flush"], ["vip"]],
    head: [PREFIX],
    rest: null,
    options: [PROTOCOL, PORT],
    help: "forget the flows of a VIP",
    build: (parts) => ({ kind: "flush", place: parts.place, vip: vipWords(parts) }),
  },
  ...SNATS.flatMap((snat) => [["lb"], []].map((start) => snatForm(start, snat))),
  show([["lb"]], "lb", "settings and use of the flow table"),
  {
    ...show([["lb"], ["vips", "vip"]], "vips", "VIPs and their servers"),
    options: [VERBOSE],
    build: ({ place, given }) => ({
      kind: "show",
      place,
      what: given.has(VERBOSE) ? "vips verbose" : "vips",
    }),
  },
  show([["node"], ["counters"]], "counters", "what became of packets, by name"),
  show([["errors"]], "counters", "the same"),
  {
    path: [["test"], ["lb"], ["flowtable"], ["flush"]],
    head: [],
    rest: null,
    options: [],
    help: "forget all flows",
    build: ({ place }) => ({ kind: "flush all", place }),
  },
];

function show(path: string[][], what: Shown, help: string): Form {
  const build = ({ place }: Parts): Command => ({ kind: "show", place, what });
  return { path: [["show"], ...path], head: [], rest: null, options: [], help, build };
}

/** VPP's older documentation has it without the first word. */
function snatForm(start: string[], snat: typeof SNATS[number]): Form {
  return {
    path: [...start.map((word) => [word]), ["set"], ["interface"], [snat], ["in"]],
    head: [INTERFACE],
    rest: null,
    options: [DEL],
    help: `packets of ${snat} servers that come in there leave from their VIP`,
    build: ({ place, head, given }) => {
      const { value: name, place: at } = head[0]!;
      return { kind: "snat", place, snat, interface: name, at, del: given.has(DEL) };
    },
  };
}
