/**
 * Carries out one command on a draft, as the plugin would where it is right.
 *
 * @module
 */
import { vipName } from "../vip_name.ts";
import type { Command, ServerWord, VipWords } from "./command.ts";
import type { Draft, DraftVip } from "./draft.ts";
import { LineError } from "./line_error.ts";

type Of<K extends Command["kind"]> = Extract<Command, { kind: K }>;

/**
 * Carries out the command.
 *
 * @returns What the plugin prints then; empty: nothing.
 * @throws {LineError}
 */
export function edit(draft: Draft, command: Command): string {
  switch (command.kind) {
    case "conf":
      Object.assign(draft.conf, command.fields);
      Object.assign(draft.confPlaces, command.places);
      return "";
    case "vip":
      return addVip(draft, command);
    case "vip.del":
      draft.vips.delete(findVip(draft, command.vip).name);
      return "";
    case "as":
      return addServers(draft, command);
    case "as.del":
      return removeServers(draft, command);
    case "flush": {
      const { name } = findVip(draft, command.vip);
      draft.flush(name);
      return `lb_flush_vip ok ${[...draft.vips.keys()].indexOf(name) + 1}`;
    }
    case "flush all":
      for (const name of draft.vips.keys()) draft.flush(name);
      return "";
    case "snat":
      return setSnat(draft, command);
    case "show":
      return "";
  }
}

/** VPP counts its VIPs from 1; 0 is its own. */
function addVip(draft: Draft, { vip, place, fields, places }: Of<"vip">): string {
  const { place: at, ...words } = vip;
  const name = vipName(words);
  if (draft.vips.has(name)) throw new LineError(at, `VIP ${name} is there already`);
  const added = { name, fields: { ...words, ...fields }, servers: new Map(), place, places };
  draft.vips.set(name, added);
  return `lb_vip_add ok ${draft.vips.size}`;
}

/** With a weight, servers that are there are weighed; without one, the line is wrong. */
function addServers(draft: Draft, { vip, servers, weight, flush }: Of<"as">): string {
  const found = findVip(draft, vip);
  for (const { address, place } of servers) {
    if (weight !== undefined || !found.servers.has(address)) continue;
    const hint = `write "weight N" to weigh it`;
    throw new LineError(place, `server ${address} is behind ${found.name} already; ${hint}`);
  }
  for (const { address, place } of different(servers)) {
    found.servers.set(address, { address, weight: weight ?? 100, place });
    if (flush) draft.flush(found.name, address);
  }
  return "";
}

function removeServers(draft: Draft, { vip, servers, flush }: Of<"as.del">): string {
  const found = findVip(draft, vip);
  for (const { address, place } of different(servers)) {
    const there = found.servers.delete(address);
    // Of a server that was removed before, the flows can still be forgotten.
    if (!there && !(flush && draft.ran(found.name, address))) {
      const what = `no server ${address} behind ${found.name}`;
      throw new LineError(place, notThere(what, [...found.servers.keys()]));
    }
    if (flush) draft.flush(found.name, address);
  }
  return "";
}

function different(servers: ServerWord[]): ServerWord[] {
  const seen = new Set<string>();
  for (const { address, place } of servers) {
    if (seen.has(address)) throw new LineError(place, `${address} is given twice`);
    seen.add(address);
  }
  return servers;
}

function setSnat(draft: Draft, command: Of<"snat">): string {
  const { interface: name, snat, del, at } = command;
  const found = Object.hasOwn(draft.interfaces, name) ? draft.interfaces[name] : undefined;
  if (found === undefined) {
    throw new LineError(at, notThere(`no interface ${name}`, Object.keys(draft.interfaces)));
  }
  const others = found.snat.filter((one) => one !== snat);
  draft.interfaces[name] = { ...found, snat: del ? others : [...others, snat] };
  draft.snatPlaces[name] = at;
  return "";
}

/**
 * The VIP of that name. Older scripts name a prefix alone, or a port alone: that is the one VIP that has it.
 *
 * @throws {LineError} when there is none, or more than one
 */
function findVip(draft: Draft, { place, ...words }: VipWords): DraftVip {
  const name = vipName(words);
  const exact = draft.vips.get(name);
  if (exact !== undefined) return exact;
  const same = [...draft.vips.values()].filter(({ fields }) => fields.prefix === words.prefix);
  const fitting = words.protocol !== undefined
    ? []
    : same.filter(({ fields }) => words.port === undefined || fields.port === words.port);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const some = fitting.length > 0 ? fitting : same.length > 0 ? same : [...draft.vips.values()];
  throw new LineError(place, notThere(`no VIP ${name}`, some.map(({ name }) => name)));
}

/** What is not there, and what is. */
function notThere(what: string, there: string[]): string {
  if (there.length === 0) return `${what}; there is none`;
  const more = there.length > 10 ? ` and ${there.length - 10} more` : "";
  return `${what}; there is ${there.slice(0, 10).join(", ")}${more}`;
}
