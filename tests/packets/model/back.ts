/**
 * From a server that translates, back to the client: the packet leaves from the VIP.
 *
 * @module
 */
import type { Snapshot } from "../../../lib/dataplane.ts";
import { cut4 } from "../expected/cut.ts";
import { dontFragment } from "../expected/tunnel.ts";
import { same } from "./bits.ts";
import type { End, Ends } from "./ends.ts";
import { destinationOf, framed, hasPorts, macOf, type Packet, type Quote } from "./packet.ts";
import { sourceOf, ttlOf } from "./packet.ts";
import { isHost } from "./hosts.ts";
import { isIcmp, readQuote } from "./quote.ts";
import { fitsInPieces } from "./send.ts";
import { translated, translatedError } from "./translate.ts";
import type { Way, Ways } from "./ways.ts";

export class Back {
  readonly #ends: Ends;

  constructor(readonly tables: Snapshot, readonly ways: Ways, ends: Ends) {
    this.#ends = ends;
  }

  /** Whether packets of the family that come in by the port may be such. */
  watches({ port, family }: Packet): boolean {
    const found = this.tables.ports.find(({ index }) => index === port);
    return found?.snat.includes(`nat${family as 4 | 6}`) ?? false;
  }

  isServer(address: Uint8Array): boolean {
    return this.#ends.isServer(address);
  }

  /** The way, or a verdict. */
  #wayOf(server: End, client: End, protocol: number): Way | string {
    const { own, all } = this.#ends.of(server, protocol);
    const possible = own.length + all.length > 0;
    if (!possible && (hasPorts(protocol) || !this.isServer(server.address))) return "left_not_vip";
    const found = this.ways.find(server, client, protocol);
    if (found) return found;
    if (!possible || !this.#isElsewhere(client.address)) return "left_not_vip";
    return this.#only(server, protocol) ?? "left_no_flow";
  }

  /** Not the node itself, and nobody on the servers' own link. */
  #isElsewhere(address: Uint8Array): boolean {
    const { ip4Source, ip6Source } = this.tables;
    const [a, b] = [address[0]!, address[1]!];
    const link = address.length === 4 ? a === 169 && b === 254 : a === 0xfe && b >> 6 === 2;
    const own = address.length === 4 ? ip4Source : ip6Source;
    return isHost(address) && !link && !(own && same(own, address));
  }

  /** The way where only one VIP address and port is possible. */
  #only(end: End, protocol: number): Way | null {
    const only = this.#ends.only(end, protocol);
    if (only === null) return null;
    const at = end.address.length === 4 ? this.tables.hop4 : this.tables.hop6;
    const hop = at === null ? null : this.tables.hops[at]!;
    const { vip, server: { slot, vip: vipId } } = only;
    const way = { vip, server: slot, vipId };
    return { ...way, port: hop?.port ?? -1, mac: hop?.mac ?? new Uint8Array(6) };
  }

  /** The step, for a packet that no VIP holds. */
  step(p: Packet): void {
    if (isNeighbour(p)) return;
    const quote = readQuote(p);
    if (quote && !same(quote.source, destinationOf(p.ip))) return;
    const server = quote
      ? { address: quote.destination, port: quote.dport }
      : { address: sourceOf(p.ip), port: p.sport };
    const client = quote
      ? { address: quote.source, port: quote.sport }
      : { address: destinationOf(p.ip), port: p.dport };
    const protocol = quote ? quote.protocol : p.protocol;
    const way = this.#wayOf(server, client, protocol);
    if (typeof way === "string") p.verdict = way;
    else this.#leave(p, way, () => this.#translate(p, way, quote));
  }

  #translate(p: Packet, way: Way, quote: Quote | null): Uint8Array {
    if (!quote) return translated(p, "source", way.vip);
    const outer = same(sourceOf(p.ip), quote.destination) ? way.vip : null;
    return translatedError(p, quote, "source", outer, way.vip);
  }

  #leave(p: Packet, way: Way, translate: () => Uint8Array): void {
    const port = this.tables.ports.find(({ index }) => index === way.port);
    const mtu = port?.mtu || Infinity;
    p.verdict = this.#verdict(p, way, mtu);
    if (p.verdict !== "returned") return;
    p.server = way.server;
    p.vip = this.tables.vips.find(({ id }) => id === way.vipId) ?? null;
    p.cut = p.ip.length > mtu;
    if (p.cut && !fitsInPieces(p.ip, mtu)) {
      p.verdict = "drop_no_room";
      return;
    }
    const packet = translate();
    const pieces = p.cut ? cut4(packet, mtu) : [packet];
    const frames = pieces.map((ip) => framed(p, ip, way.mac, macOf(this.tables, way.port)));
    p.leaves = { port: way.port, frames: () => frames };
  }

  #verdict(p: Packet, way: Way, mtu: number): string {
    if (!this.tables.ports.some(({ index }) => index === way.port)) return "drop_no_next_hop";
    if (ttlOf(p.ip) <= 1) return "drop_ttl_expired";
    if (p.ip.length <= mtu || !dontFragment(p.ip)) return "returned";
    p.mtu = mtu;
    return "drop_too_big";
  }
}

/** Neighbour discovery, which no router sends on (RFC 4861). */
function isNeighbour(p: Packet): boolean {
  const type = isIcmp(p) && p.family === 6 && p.l4 !== 0 ? p.ip[p.l4] ?? 0 : 0;
  return type >= 133 && type <= 137;
}
