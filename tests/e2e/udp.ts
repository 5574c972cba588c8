/**
 * Numbered packets through the lab: a sender at the client, a receiver at every server.
 *
 * @module
 */
import type { Lab } from "../../lib/demo/lab.ts";
import { SERVERS } from "../../lib/demo/topology.ts";
import { toolCommand, until } from "./lab.ts";

const PORT = 9000;

/** What a server received up to now. */
export interface Received {
  packets: number;
  /** Different numbers among them. */
  different: number;
  /** Came, but were too many for its socket at that moment. */
  lost: number;
  /** Source address and port of each flow. */
  sources: string[];
}

/** Receivers at all servers, listening. */
export class Receivers {
  readonly #latest = new Map<string, Received>();

  /** Starts them on an address of a VIP; resolves when all listen. */
  static async start(lab: Lab, address: string): Promise<Receivers> {
    const receivers = new Receivers();
    await Promise.all(SERVERS.map(({ name }) => receivers.#listen(lab, name, address)));
    return receivers;
  }

  async #listen(lab: Lab, name: string, address: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const command = toolCommand("./udp_receiver.ts", [address, `${PORT}`]);
    const child = lab.start(`Receiver ${name}`, name, command, (line) => {
      const value = JSON.parse(line);
      if (value.listening) resolve();
      else this.#latest.set(name, value);
    });
    await Promise.race([promise, child.failure()]);
  }

  /** By server. */
  get latest(): Map<string, Received> {
    return this.#latest;
  }

  sum(key: "packets" | "different" | "lost"): number {
    return [...this.#latest.values()].reduce((n, one) => n + one[key], 0);
  }

  #came(): number {
    return this.sum("packets") + this.sum("lost");
  }

  /** Waits until so many packets came, received or lost. Does not fail when they do not: the caller compares. */
  async settle(packets: number): Promise<void> {
    await until("packets", 3, () => Promise.resolve(this.#came() >= packets)).catch(() => {});
  }
}

/** Sends numbered packets from several source ports; resolves when the last has left. */
export async function sendNumbered(
  lab: Lab,
  address: string,
  count: number,
  perSecond: number,
  sockets = 1,
): Promise<void> {
  const words = [address, PORT, count, perSecond, sockets].map(String);
  const sender = lab.start("Sender", "client", toolCommand("./udp_sender.ts", words));
  const how = await sender.ended;
  if (how !== "code 0") throw new Error(`The sender ended with ${how}: ${sender.words}`);
}
