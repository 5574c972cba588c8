/**
 * Frames at random: of clients, of servers that answer, of routers that complain, and of nobody in his right mind.
 *
 * @module
 */
import type { Snapshot } from "../../../lib/dataplane.ts";
import { type Bytes, bytes, ethernet, mac, NODE_MAC } from "../frame.ts";
import { icmpError, quoteOf } from "../icmp.ts";
import { addressIn, packetOf, type Said, ttl, words } from "./builder.ts";
import { destinationOf, hasPorts, sourceOf } from "./packet.ts";
import { fragmentsOf } from "./pieces.ts";
import { u16 } from "./bits.ts";
import type { Random } from "./random.ts";

const CLIENTS = {
  4: ["203.0.113.7", "203.0.113.8", "198.51.100.1", "100.64.3.4"],
  6: ["2001:db8:77::7", "2001:db8:77::8", "2001:db8:99::1"],
};
const ODD = {
  4: ["127.0.0.1", "0.0.0.0", "224.0.0.5", "255.255.255.255", "169.254.1.1", "192.0.2.10"],
  6: ["::1", "::", "ff02::1", "fe80::1", "2001:db8::10"],
};
const ROUTER = { 4: "198.18.0.1", 6: "2001:db8:ffff::1" };
const PORTS = [1024, 5000, 33000, 65535];
const MACS = ["02:aa:00:00:00:01", "02:aa:00:00:00:02"].map(mac);
const TAGS = [[], [], [], [], [{ tag: 100 }], [{ type: 0x88a8, tag: 7 }, { tag: 100 }]];

/** Packets that left lately: as a server got them, and as a client did. */
export interface Seen {
  atServer: Uint8Array[];
  atClient: Uint8Array[];
  /** Of clients, that were forwarded. */
  ofClient: Uint8Array[];
}

type Family = 4 | 6;
const familyOf = (packet: Uint8Array) => packet[0]! >> 4 as Family;

export class Senders {
  constructor(readonly random: Random, readonly tables: Snapshot, readonly seen: Seen) {}

  /** Some frames that come one after the other; most often one. */
  next(mac: Uint8Array): Bytes[] {
    const { random } = this;
    const packets = random.once(12) ? this.#fragments() : [this.#packet()];
    return packets.map((packet) => this.#damage(this.#frame(packet, mac)));
  }

  #packet(): Bytes {
    const { random, seen } = this;
    const kind = random.below(100);
    if (kind < 14 && seen.atServer.length > 0) return this.#reply(random.pick(seen.atServer));
    if (kind < 18 && seen.atServer.length > 0) return this.#error(random.pick(seen.atServer));
    if (kind < 22 && seen.atClient.length > 0) return this.#error(random.pick(seen.atClient));
    if (kind < 28 && seen.ofClient.length > 0) {
      return this.#error(this.#reply(random.pick(seen.ofClient)));
    }
    return packetOf(random, this.#said());
  }

  #said(): Said {
    const { random, tables } = this;
    const protocol = random.once(8) ? random.pick([0, 0, 0, 50, 132]) : random.pick([6, 17]);
    const target = this.#target();
    const family = target.to.includes(":") ? 6 : 4;
    const from = random.once(60) ? random.pick(ODD[family]) : random.pick(CLIENTS[family]);
    const other = random.once(10) ? random.pick([53, 80, 443, 9]) : target.port;
    const dport = other || random.pick([22, 80, 443, 8443]);
    const own = tables.vips.length === 0 || random.once(50);
    return {
      from,
      to: own ? random.pick(ODD[family]) : target.to,
      sport: random.pick(PORTS),
      dport,
      protocol,
    };
  }

  /** Where a client sends to: mostly a VIP, or a node port. */
  #target(): { to: string; port: number } {
    const { random, tables: { vips, keys } } = this;
    const all = [...vips, ...keys];
    if (all.length === 0 || random.once(30)) {
      return { to: random.pick(["8.8.8.8", "fd00::1"]), port: 80 };
    }
    const { prefix, prefixLength, port } = random.pick(all);
    return { to: addressIn(random, `${words(prefix)}/${prefixLength}`), port };
  }

  /** What whoever got the packet says back. */
  #reply(packet: Uint8Array): Bytes {
    const { random } = this;
    const protocol = familyOf(packet) === 4 ? packet[9]! : packet[6]!;
    const l4 = familyOf(packet) === 4 ? (packet[0]! & 15) * 4 : 40;
    const ports = hasPorts(protocol) && packet.length >= l4 + 4;
    return packetOf(random, {
      from: words(destinationOf(packet)),
      to: words(sourceOf(packet)),
      sport: ports ? u16(packet, l4 + 2) : 0,
      dport: ports && !random.once(20) ? u16(packet, l4) : 0,
      protocol: ports ? protocol : [1, 58].includes(protocol) ? 0 : 50,
    });
  }

  /** An ICMP error about the packet, to its sender, from its receiver or a router on the way. */
  #error(packet: Uint8Array): Bytes {
    const { random } = this;
    const family = familyOf(packet);
    const whole = random.below(packet.length + 1);
    const most = Math.min(packet.length, family === 4 ? 548 : 1232);
    const from = random.once(2) ? words(destinationOf(packet)) : ROUTER[family];
    return icmpError({
      from,
      to: random.once(20) ? random.pick(CLIENTS[family]) : words(sourceOf(packet)),
      type: family === 4 ? random.pick([3, 3, 11, 12, 4, 5, 8]) : random.pick([1, 2, 3, 4, 137]),
      code: random.below(5),
      value: random.once(2) ? 1400 : 0,
      quote: random.once(8)
        ? packet.subarray(0, whole)
        : random.once(2)
        ? quoteOf(packet, random.pick([8, 20]))
        : packet.subarray(0, most),
      ttl: ttl(random),
    });
  }

  /** A datagram in pieces, in any order, perhaps without some. */
  #fragments(): Bytes[] {
    const { random } = this;
    const packet = this.#packet();
    const size = random.pick([16, 64, 512, 1024]);
    const pieces = fragmentsOf(
      packet,
      Math.max(size, Math.ceil(packet.length / 80) * 8),
      random.next(),
    );
    if (random.once(3)) pieces.reverse();
    const some = random.once(4) ? pieces.filter(() => !random.once(4)) : pieces;
    return random.once(3) ? random.shuffled(some) : some;
  }

  #frame(packet: Uint8Array, port: Uint8Array): Bytes {
    const { random } = this;
    const any = port.every((byte) => byte === 0);
    const group = random.once(60) ? mac("01:00:5e:00:00:05") : NODE_MAC;
    const to = random.once(40) ? group : any ? NODE_MAC : port;
    const vlans = random.pick(TAGS);
    const frame = ethernet(packet, { to, from: random.pick(MACS), vlans });
    return random.once(6) ? bytes(frame, random.bytes(random.below(40))) : frame;
  }

  /** Few frames are damaged: cut off, or with other bytes. */
  #damage(frame: Bytes): Bytes {
    const { random } = this;
    if (random.once(100)) return frame.slice(0, random.below(frame.length));
    if (random.once(300)) return random.bytes(random.below(80));
    if (!random.once(30)) return frame;
    for (let n = 1 + random.below(3); n > 0; n--) {
      frame[random.below(Math.min(frame.length, 80))] = random.below(256);
    }
    return frame;
  }
}
