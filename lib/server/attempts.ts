/**
 * How often somebody may be wrong about a secret, from one address and from all of them.
 *
 * @module
 */

/** So many wrong attempts in a row, and one more each so many seconds. */
interface Allowance {
  burst: number;
  seconds: number;
}

const ADDRESS: Allowance = { burst: 10, seconds: 6 };
/** Beyond it wrong attempts are neither answered by a reason nor recorded; right ones are let in. */
const ALL: Allowance = { burst: 60, seconds: 10 };
/** Remembered addresses; the one that was wrong longest ago makes room. */
const ADDRESSES_MOST = 10_000;

/** Fills up again with time. */
class Bucket {
  readonly #allowance: Allowance;
  #left: number;
  #at: number;

  constructor(allowance: Allowance, now: number) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  /** Seconds until there is one; 0: there is. */
  wait(now: number): number {
    const { burst, seconds } = this.#allowance;
    this.#left = Math.min(burst, this.#left + Math.max(0, now - this.#at) / 1000 / seconds);
    this.#at = now;
    return this.#left >= 1 ? 0 : Math.max(1, Math.ceil((1 - this.#left) * seconds));
  }

  /** Takes one, if there is one. */
  take(now: number): boolean {
    if (this.wait(now) > 0) return false;
    this.#left -= 1;
    return true;
  }
}

/** Counts wrong attempts. */
export class Attempts {
  readonly #now: () => number;
  readonly #addresses = new Map<string, Bucket>();
  readonly #all: Bucket;

  /** @param now Milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#all = new Bucket(ALL, now());
  }

  /** Seconds for which nothing from that address is looked at; 0: it is. */
  wait(address: string): number {
    return this.#addresses.get(networkOf(address))?.wait(this.#now()) ?? 0;
  }

  /** Somebody was wrong. @returns Whether that is to be told and recorded; else there are too many. */
  wrong(address: string): boolean {
    const network = networkOf(address);
    const now = this.#now();
    const bucket = this.#addresses.get(network) ?? new Bucket(ADDRESS, now);
    this.#addresses.delete(network);
    this.#addresses.set(network, bucket);
    bucket.take(now);
    if (this.#addresses.size > ADDRESSES_MOST) {
      this.#addresses.delete(this.#addresses.keys().next().value!);
    }
    return this.#all.take(now);
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#addresses.size;
  }
}

/** An IPv6 host has a whole /64 of addresses to come from. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.startsWith("/")) return address;
  const [head = "", tail = ""] = address.split("::");
  const left = head.split(":").filter((group) => group !== "");
  const right = tail.split(":").filter((group) => group !== "");
  if (!address.includes("::")) return left.slice(0, 4).join(":");
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
