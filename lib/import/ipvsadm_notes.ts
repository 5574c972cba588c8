/**
 * What of IPVS means something else here, or nothing.
 *
 * @module
 */
import type { Word } from "../vpp/words.ts";
import type { Options, Service } from "./ipvsadm_line.ts";
import type { IpvsServer } from "./ipvsadm_service.ts";
import type { Note } from "./note.ts";

/** Options of a service that mean something else here, or nothing. */
const SERVICE_NOTES: Record<string, (value: string | null) => string | null> = {
  "-s": (name) =>
    name === "mh" ? null : "Guideway steers by Maglev tables, which IPVS calls mh, and by weights",
  "-b": () => "flags of schedulers have no counterpart",
  "-p": (seconds) =>
    `src_ip_sticky; a client is forgotten after conf.timeout, not after ${seconds ?? 360} s`,
  "-M": () => "each client address is on its own",
  "-o": () => "one-packet scheduling has no counterpart: a UDP flow stays at its server",
  "--pe": () => "persistence engines have no counterpart",
};

/** For the first server of a service that is reached so. */
const DIRECT =
  "-g: packets reach servers over any network here, not by MAC address alone: taken as " +
  "ipip; each server needs an ipip device besides what it has (ip link add name ipip1 type ipip; ip6tnl over IPv6)";

/** A note for each option of a service that is not the same here. */
export function serviceNotes({ protocol, port }: Service, options: Options, place: Word): Note[] {
  const { line } = place;
  const every = `every port of ${protocol}: the VIP is for every protocol`;
  const notes = port === 0 ? [{ line, message: every }] : [];
  for (const [name, { value }] of options) {
    const what = SERVICE_NOTES[name]?.(value);
    if (what != null) {
      notes.push({ line, message: `${[name, value ?? ""].join(" ").trim()}: ${what}` });
    }
  }
  return notes;
}

/** The same for its servers. */
export function serverNotes(servers: IpvsServer[]): Note[] {
  const direct = servers.find(({ options }) => options.has("-g"));
  const limits = servers.flatMap(({ options, place }) =>
    ["-x", "-y"].flatMap((name) => {
      const value = options.get(name)?.value ?? "0";
      const message = `${name} ${value}: connections are not limited here`;
      return value === "0" ? [] : [{ line: place.line, message }];
    })
  );
  return direct === undefined ? limits : [{ line: direct.place.line, message: DIRECT }, ...limits];
}
