/**
 * Counters by name, as a data plane keeps them.
 *
 * @module
 */
export type Kind = "worker" | "vip" | "server" | "port";

export class Counters {
  #values = new Map<string, number>();

  /** @param id Of the VIP, slot or port; 0 for the worker. */
  add(kind: Kind, id: number, name: string, n = 1): void {
    const key = `${kind} ${id} ${name}`;
    this.#values.set(key, (this.#values.get(key) ?? 0) + n);
  }

  /** Counts for the worker and for a VIP. */
  addBoth(vip: number, name: string): void {
    this.add("worker", 0, name);
    this.add("vip", vip, name);
  }

  get(kind: Kind, id: number, name: string): number {
    return this.#values.get(`${kind} ${id} ${name}`) ?? 0;
  }
}
