/**
 * Fragments: a datagram's ports stand in its first one, and the others wait for it.
 *
 * @module
 */
import { hasPorts, type Packet } from "./packet.ts";
import { isExtension } from "./parse.ts";

const HELD_MOST = 128;
const HELD_EACH = 64;
const HELD_SECONDS = 1;
const KNOWN_SECONDS = 15;

interface Datagram {
  protocol: number;
  sport: number;
  dport: number;
  seen: number;
}

export class Fragments {
  now = 0;
  #known = new Map<string, Datagram>();
  #held: { packet: Packet; since: number }[] = [];

  /** First fragments of a burst are taken before later ones. */
  step(packets: Packet[], concerns: (packet: Packet) => boolean): void {
    const fragments = packets.filter((p) => p.verdict === "forwarded" && p.datagram !== null);
    for (const p of fragments) if (!p.later) this.#first(p);
    for (const p of fragments) if (p.later) this.#later(p, concerns);
  }

  #first(p: Packet): void {
    const { datagram, protocol, sport, dport } = p;
    if (isTold(p)) this.#known.set(datagram!, { protocol, sport, dport, seen: this.now });
  }

  #find(datagram: string): Datagram | null {
    const found = this.#known.get(datagram);
    return found && this.now - found.seen <= KNOWN_SECONDS ? found : null;
  }

  #later(p: Packet, concerns: (packet: Packet) => boolean): void {
    if (!isTold(p)) return;
    const found = this.#find(p.datagram!);
    if (found) {
      [p.protocol, p.sport, p.dport] = [found.protocol, found.sport, found.dport];
      found.seen = this.now;
    } else if (concerns(p)) {
      p.verdict = p.overdue || !this.#room(p.datagram!) ? "drop_fragment" : "held_fragment";
      if (p.verdict === "held_fragment") this.#held.push({ packet: p, since: this.now });
    }
  }

  #room(datagram: string): boolean {
    const each = this.#held.filter(({ packet }) => packet.datagram === datagram);
    return this.#held.length < HELD_MOST && each.length < HELD_EACH;
  }

  /** Takes out those whose first fragment came, and those that waited long enough. */
  take(): Packet[] {
    const ready = ({ packet, since }: { packet: Packet; since: number }) =>
      this.now - since > HELD_SECONDS || this.#find(packet.datagram!) !== null;
    const taken = this.#held.filter(ready);
    this.#held = this.#held.filter((held) => !ready(held));
    return taken.map(({ packet, since }) => {
      packet.overdue = this.now - since > HELD_SECONDS;
      return packet;
    });
  }
}

/** Whether only the first fragment tells protocol and ports: others show that they have none. */
function isTold({ family, fragmentOf }: Packet): boolean {
  return hasPorts(fragmentOf) || (family === 6 && isExtension(fragmentOf));
}
