/**
 * The whole way of packets, written down from the documents and not from the program: slow, and one step after the
 * other.
 *
 * @module
 */
import type { Snapshot } from "../../../lib/dataplane.ts";
import type { Free } from "../expected/tunnel.ts";
import { Answers } from "./answer.ts";
import { Back } from "./back.ts";
import { Counters } from "./counters.ts";
import { Ends } from "./ends.ts";
import { type FlowKey, flowKey, Flows, slotOf } from "./flows.ts";
import { Fragments } from "./fragments.ts";
import { icmpStep, isEcho } from "./icmp.ts";
import { destinationOf, type Packet, routerOf, sourceOf } from "./packet.ts";
import { parse } from "./parse.ts";
import { Made } from "./made.ts";
import { learnWay, send } from "./send.ts";
import { choose, Vips } from "./vips.ts";
import { Ways } from "./ways.ts";

/** Free fields of headers of which only the length matters. */
const BLANK: Free = {
  source: new Uint8Array(16),
  id: 0,
  sport: 0,
  fragment: new Uint8Array(4),
};

export class Model {
  readonly counters = new Counters();
  readonly flows = new Flows((_server) => this.counters.add("worker", 0, "flows_expired"));
  readonly ways = new Ways(this.flows);
  readonly #fragments = new Fragments();
  readonly #made = new Made();
  readonly #answers = new Answers(this.counters, this.#made);
  #tables!: Snapshot;
  #order = 0;
  #vips!: Vips;
  #back!: Back;

  commit(tables: Snapshot): void {
    this.#tables = tables;
    this.#vips = new Vips(tables);
    const moved = this.flows.commit(tables);
    const ends = new Ends(tables);
    this.ways.commit(tables, this.#vips, ends, moved);
    this.#back = new Back(tables, this.ways, ends);
  }

  /** Lets time pass, and forgets what ends by it. */
  setClock(seconds: number): void {
    for (const part of [this.flows, this.#fragments, this.#answers]) part.now = seconds;
    this.flows.sweep();
    this.ways.sweep();
  }

  /** Frames that came together, by one port; with those that they let go on. */
  burst(frames: Uint8Array[], port: number): Packet[] {
    const packets = frames.map((frame) => parse(frame, port, this.#tables));
    for (const { frame } of packets) this.#countFrame("rx", port, frame.length);
    this.#run(packets);
    for (let taken = this.#fragments.take(); taken.length > 0; taken = this.#fragments.take()) {
      for (const p of taken) {
        Object.assign(p, parse(p.frame, p.port, this.#tables), { overdue: p.overdue });
        this.#countVerdict("held_fragment", p.port, -1);
      }
      this.#run(taken);
    }
    return packets;
  }

  #run(packets: Packet[]): void {
    for (const p of packets) p.order = this.#order++;
    this.#made.clear();
    const going = () => packets.filter(({ verdict }) => verdict === "forwarded");
    this.#fragments.step(packets, (p) => this.#concerns(p));
    for (const p of going()) {
      icmpStep(p, this.#vips.at(destinationOf(p.ip)), this.counters);
    }
    for (const p of going()) this.#lookup(p);
    for (const p of packets) {
      if (p.verdict === "left_not_vip" && this.#back.watches(p)) this.#back.step(p);
    }
    for (const p of going()) this.#decide(p);
    for (const p of going()) this.#send(p);
    for (const p of packets) {
      if (p.verdict === "drop_too_big") this.#answers.tooBig(p);
    }
    for (const p of packets) {
      if (p.verdict === "drop_ttl_expired") this.#answers.expired(p, this.#tables);
    }
    for (const p of packets) this.#count(p);
  }

  #concerns(p: Packet): boolean {
    if (this.#vips.at(destinationOf(p.ip))) return true;
    return this.#back.watches(p) && this.#back.isServer(sourceOf(p.ip));
  }

  #lookup(p: Packet): void {
    const entry = this.#vips.at(destinationOf(p.ip));
    const found = choose(entry, p.protocol, p.dport);
    if (typeof found !== "string") p.vip = found;
    else if (found === "drop_no_port" && isEcho(p) && !entry!.echo!.echo) p.vip = entry!.echo;
    else p.verdict = found;
  }

  /** What the packet's flow is known by. */
  #flowOf(p: Packet): FlowKey {
    const source = p.about ? p.about.destination : sourceOf(p.ip);
    return flowKey(p.vip!, source, destinationOf(p.ip), [p.sport, p.dport], p.protocol);
  }

  #decide(p: Packet): void {
    const key = this.#flowOf(p);
    const vip = p.vip!;
    p.hash = this.flows.hash(key);
    p.server = this.flows.find(p.hash, vip.id);
    p.decided = p.server === null ? "table" : "flow";
    p.tracked = p.server !== null;
    const slot = slotOf(vip, p.hash);
    if (p.server === null && slot === null) {
      p.decided = null;
      p.verdict = "drop_no_server";
      return this.counters.add("vip", vip.id, "no_server");
    }
    p.server ??= vip.table[slot!]!;
    if (p.about) return this.counters.addBoth(vip.id, "related_packet");
    this.counters.addBoth(vip.id, p.tracked ? "next_packet" : "first_packet");
    if (p.tracked) {
      p.due = this.flows.meet(p.hash);
      return;
    }
    this.flows.remember(p.hash, key, p.server, routerOf(p), p.order);
    this.counters.add("server", p.server, "new_flows");
    p.tracked = true;
  }

  #send(p: Packet): void {
    const server = this.#tables.servers.find(({ slot }) => slot === p.server)!;
    if (server.encap.startsWith("nat")) learnWay(p, server, this.ways);
    p.verdict = send(p, server, this.#tables);
  }

  /** In pieces, if there is room for them; or its sender is told why not. */
  #fit(p: Packet): void {
    if (p.verdict === "drop_too_big") this.#answers.tooBig(p);
    if (!p.cut || p.leaves === null) return;
    const [, ...rest] = p.leaves.frames(BLANK);
    if (this.#made.take(rest.map(({ length }) => length))) return;
    p.verdict = "drop_no_room";
    p.leaves = null;
  }

  #count(p: Packet): void {
    this.#countVerdict(p.verdict, p.port, 1);
    const { counters } = this;
    const prefix = p.verdict === "returned" ? "return_" : "";
    if (p.verdict === "forwarded" || p.verdict === "returned") {
      const vip = this.#tables.servers.find(({ slot }) => slot === p.server)!.vip;
      for (const [kind, id] of [["vip", vip], ["server", p.server!]] as const) {
        counters.add(kind, id, `${prefix}packets`);
        counters.add(kind, id, `${prefix}bytes`, p.ip.length);
      }
      if (p.cut) counters.add("worker", 0, "fragmented");
    } else if (p.vip) {
      const names = ["no_next_hop", "too_big", "ttl_expired"];
      const name = names.find((name) => p.verdict === `drop_${name}`);
      if (name) counters.add("vip", p.vip.id, name);
    }
    for (const leaving of [p.leaves, p.answer]) {
      if (leaving === null) continue;
      for (const frame of leaving.frames(BLANK)) this.#countFrame("tx", leaving.port, frame.length);
    }
  }

  #countVerdict(verdict: string, port: number, n: number): void {
    this.counters.add("worker", 0, verdict, n);
    this.counters.add("port", port, verdict, n);
  }

  #countFrame(way: "rx" | "tx", port: number, length: number): void {
    for (const [kind, id] of [["worker", 0], ["port", port]] as const) {
      this.counters.add(kind, id, `${way}_packets`);
      this.counters.add(kind, id, `${way}_bytes`, length);
    }
  }
}
