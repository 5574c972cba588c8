/**
 * The data plane against the model: random packets over random configurations that change under them.
 * `MODEL_PACKETS` sets how many, `MODEL_SEED` which (it is printed with a failure).
 */
import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import type { FrameResult, Simulation } from "../../lib/dataplane.ts";
import { ethernet } from "./frame.ts";
import { assertCounters, assertSame } from "./model/compare.ts";
import { Model } from "./model/model.ts";
import type { Packet } from "./model/packet.ts";
import { Random } from "./model/random.ts";
import { type Seen, Senders } from "./model/senders.ts";
import { World } from "./model/world.ts";
import { hex } from "./table.ts";

const PACKETS = Number(Deno.env.get("MODEL_PACKETS") ?? 100_000);
const SEED = Number(Deno.env.get("MODEL_SEED") ?? Math.floor(Math.random() * 2 ** 31));
/** Of one world, which is young again and again. */
const EACH = 500;
const BURST = 32;

/** One world from its beginning: a data plane, the model, and what they have in common. */
class Run {
  readonly random: Random;
  readonly world: World;
  readonly model = new Model();
  readonly seen: Seen = { atServer: [], atClient: [], ofClient: [] };
  sent = 0;
  #now = 0;
  #tables;

  constructor(readonly seed: number, readonly simulation: Simulation) {
    this.random = new Random(seed);
    this.world = new World(this.random);
    this.#tables = this.world.tables();
  }

  async all(): Promise<void> {
    await this.#commit();
    while (this.sent < EACH) {
      if (this.random.once(4)) this.#pass();
      if (this.random.once(8)) await this.#change();
      this.#burst();
    }
    this.#end();
  }

  async #commit(): Promise<void> {
    await this.simulation.commit(this.#tables);
    this.model.commit(this.#tables);
  }

  async #change(): Promise<void> {
    this.world.change();
    this.#tables = this.world.tables();
    await this.#commit();
  }

  /** Both age what they remember where time passes, and only there. */
  #pass(seconds = 1 + (this.random.once(6) ? this.random.below(70) : this.random.below(3))): void {
    this.#now += seconds;
    this.simulation.setClock(this.#now);
    this.model.setClock(this.#now);
  }

  #burst(): void {
    const { random } = this;
    const port = random.pick(this.#tables.ports);
    const senders = new Senders(random, this.#tables, this.seen);
    const frames: Uint8Array[] = [];
    for (const size = 1 + random.below(BURST); frames.length < size;) {
      frames.push(...senders.next(port.mac));
    }
    frames.length = Math.min(frames.length, BURST);
    const results = this.simulation.frames(frames, frames.map(() => port.index));
    const packets = this.model.burst(frames, port.index);
    packets.forEach((packet, i) => this.#check(packet, results[i]!));
    this.sent += frames.length;
  }

  #check(packet: Packet, result: FrameResult): void {
    try {
      assertSame(packet, result);
    } catch (error) {
      const { frame } = packet;
      throw new Error(`seed ${this.seed}, port ${packet.port}: ${hex(frame)}`, { cause: error });
    }
    this.#see(packet, result);
  }

  /** Keeps packets that others may answer to. */
  #see({ verdict, server: slot, ip }: Packet, { output, made }: FrameResult): void {
    if (output === null || made.length > 0) return;
    const server = this.#tables.servers.find((server) => server.slot === slot);
    const keep = (list: Uint8Array[], packet: Uint8Array) => {
      list.push(packet.slice());
      if (list.length > 30) list.shift();
    };
    const left = output.subarray(output.length - ip.length);
    if (verdict === "returned") keep(this.seen.atClient, left);
    if (verdict !== "forwarded") return;
    keep(this.seen.ofClient, ip);
    if (server?.encap.startsWith("nat")) keep(this.seen.atServer, left);
  }

  #end(): void {
    const [port] = this.#tables.ports;
    this.#pass(3);
    const arp = ethernet(new Uint8Array(28), { to: port!.mac, type: 0x0806 });
    this.simulation.frames([arp], [port!.index]);
    this.model.burst([arp], port!.index);
    this.#pass(1);
    const ports = this.#tables.ports.map(({ index }) => index);
    const { ids: vips, slots: servers } = this.world;
    assertCounters(this.simulation, this.model, { vips, servers, ports });
  }
}

Deno.test(`${PACKETS} random packets go the way of the model (seed ${SEED})`, async () => {
  for (let sent = 0, seed = SEED; sent < PACKETS; seed = (seed + 1) >>> 0) {
    await using simulation = simulate();
    const run = new Run(seed, simulation);
    try {
      await run.all();
    } catch (error) {
      throw new Error(`world ${seed}: ${JSON.stringify(run.world.vips)}`, { cause: error });
    }
    sent += run.sent;
  }
  assert.ok(PACKETS > 0);
});
