/**
 * One virtual service of IPVS and its servers, as a VIP.
 *
 * @module
 */
import type { Endpoint } from "../net.ts";
import type { Encap } from "../dataplane.ts";
import type { Command, VipFields, VipWords } from "../vpp/command.ts";
import { LineError, type Place } from "../vpp/line_error.ts";
import type { Word } from "../vpp/words.ts";
import { numberOf, type Options, readEndpoint, type Service } from "./ipvsadm_line.ts";
import { serverNotes, serviceNotes } from "./ipvsadm_notes.ts";
import type { Note } from "./note.ts";

/** A server as its line has it. */
export interface IpvsServer extends Endpoint {
  encap: Encap;
  weight: number;
  /** Of GUE; 0: not told. */
  tunnelPort: number;
  options: Options;
  place: Word;
}

const WEIGHT_MAX = 100;
const NEW_LEN_MAX = 2 ** 24;

/** A service while its servers are read. */
export class IpvsService {
  readonly #service: Service;
  readonly #options: Options;
  readonly #place: Word;
  readonly #servers: IpvsServer[] = [];

  constructor(service: Service, options: Options, place: Word) {
    this.#service = service;
    this.#options = options;
    this.#place = place;
  }

  /** @throws {LineError} for what is no server */
  add(options: Options, place: Word): void {
    const real = options.get("-r");
    if (real?.value == null) throw new LineError(place, "-r with the server's address is missing");
    const { address, port } = readEndpoint(real.value, real.word);
    const weight = numberOf(options, "-w", 1, 65_535);
    const tunnelPort = numberOf(options, "--tun-port", 0, 65_535);
    const encap = this.#encap(options, address.family);
    this.#servers.push({ address, port, encap, weight, tunnelPort, options, place });
  }

  /** Of servers inside GUE, where it is told. */
  guePorts(): { port: number; line: number }[] {
    return this.#servers.filter(({ encap, tunnelPort }) => encap === "gue" && tunnelPort !== 0)
      .map(({ tunnelPort, place }) => ({ port: tunnelPort, line: place.line }));
  }

  /** The VIP and its servers, with a note on each thing that is not the same here. */
  commands(notes: Note[]): Command[] {
    const [first] = this.#servers;
    const encap = first?.encap ?? "ipip";
    const servers = this.#servers.filter((server) => this.#fits(server, encap, notes));
    notes.push(...serviceNotes(this.#service, this.#options, this.#place), ...serverNotes(servers));
    const [fields, place] = [this.#fields(encap, servers), this.#place];
    const vip = this.#words();
    const scale = this.#scale(notes);
    return [
      { kind: "vip", place, vip, fields, places: {} },
      ...servers.map(({ address, weight, place }): Command => ({
        kind: "as",
        place,
        vip,
        servers: [{ address: address.text, place }],
        weight: scale(weight),
        flush: false,
      })),
    ];
  }

  #words(): VipWords {
    const { address, protocol, port } = this.#service;
    const prefix = `${address.text}/${address.family === 4 ? 32 : 128}`;
    const place: Place = this.#place;
    return port === 0 ? { prefix, place } : { prefix, protocol, port, place };
  }

  #encap(options: Options, family: 4 | 6): Encap {
    if (options.has("-m")) return family === 4 ? "nat4" : "nat6";
    switch (options.has("-i") ? options.get("--tun-type")?.value : null) {
      case "gue":
        return "gue";
      case "gre":
        return family === 4 ? "gre4" : "gre6";
      default:
        return "ipip";
    }
  }

  #fields(encap: Encap, servers: IpvsServer[]): VipFields {
    const target = servers[0]?.port ?? 0;
    const nat = encap === "nat4" || encap === "nat6";
    const moved = nat && target !== 0 && target !== this.#service.port;
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1024, 100 * servers.length)));
    return {
      encap,
      new_len: Math.min(NEW_LEN_MAX, wanted),
      ...this.#options.has("-p") ? { src_ip_sticky: true } : {},
      ...moved && this.#service.port !== 0 ? { target_port: target } : {},
    };
  }

  /** A VIP has one encap and one port at its servers. */
  #fits({ encap, port, place }: IpvsServer, all: Encap, notes: Note[]): boolean {
    const leave = (why: string) => {
      notes.push({ line: place.line, message: `left out: ${why}` });
      return false;
    };
    if (encap !== all) return leave(`${encap}, but the VIP's first server is reached by ${all}`);
    const first = this.#servers[0]!.port;
    const nat = encap === "nat4" || encap === "nat6";
    if (!nat || port === first) return true;
    return leave(
      `port ${port}, but the VIP's first server has ${first}; a VIP has one target_port`,
    );
  }

  /** IPVS has weights to 65535; what is above 100 is brought down with its ratios. */
  #scale(notes: Note[]): (weight: number) => number {
    const most = this.#servers.reduce((most, { weight }) => Math.max(most, weight), 0);
    if (most <= WEIGHT_MAX) return (weight) => weight;
    const message = `weights to ${most} are scaled to ${WEIGHT_MAX}, none that is not 0 below 1`;
    notes.push({ line: this.#place.line, message });
    return (weight) => weight === 0 ? 0 : Math.max(1, Math.round(weight * WEIGHT_MAX / most));
  }
}
