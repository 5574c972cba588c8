/**
 * New-connection tables: which server each slot of a VIP's hash space leads to.
 *
 * The table follows from the servers' addresses and weights alone, so that every node with the same
 * configuration builds the same table. To build it elsewhere:
 *
 * 1. Leave out servers of weight 0 and sort the rest by address, byte by byte.
 * 2. A server's walk through a table of `size` slots (a power of two, k bits) visits every slot once. Its n-th slot,
 *    n = 1, 2, …, is `scramble(start + n * step)`, where `start` is `hash(address, 0)`, `step` is `hash(address, 1) | 1`,
 *    and `scramble(x)` is, modulo `size`: x ^= x >> h; x *= hash(address, 2) | 1; x ^= x >> h, with h = k / 2 rounded up,
 *    at least 1. (Steps alone would leave pairs of servers that walk side by side: when one of them goes, nearly half of
 *    the others' slots move. Scrambled walks keep to a few percent.)
 * 3. Round after round, in sorted order, each server earns its weight. One that has earned the largest weight
 *    pays that much and takes the next slot of its walk that nobody has. Stop when no slot is left.
 *
 * @module
 */

/** A server as the table sees it. */
export interface MaglevServer {
  /** 4 or 16 bytes. No two servers of one table have the same. */
  address: Uint8Array;
  /** 0 (takes no slot) to 100. */
  weight: number;
}

/**
 * Builds a table.
 *
 * @param servers In any order: the table's meaning does not depend on it.
 * @param size Slots, a power of two up to 2^24.
 * @param names What stands in the table for each server, 0 to 2^32 - 1; its index in `servers` unless given.
 * @returns For each slot its server; empty when no server has a weight.
 */
export function buildTable(
  servers: readonly MaglevServer[],
  size: number,
  names: readonly number[] = servers.map((_, index) => index),
): Uint32Array {
  const takers = servers.map((server, index) => ({ ...server, index }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => compareBytes(a.address, b.address));
  if (takers.length === 0) return new Uint32Array(0);
  return fill(takers.map((taker) => walk(taker, names[taker.index]!)), size);
}

/** A server's walk and what it earns a round. */
interface Walk {
  name: number;
  /** Where it stands, before scrambling. */
  at: number;
  step: number;
  factor: number;
  weight: number;
  earned: number;
}

function walk({ address, weight }: MaglevServer, name: number): Walk {
  return {
    name,
    at: hashAddress(address, 0),
    step: hashAddress(address, 1) | 1,
    factor: hashAddress(address, 2) | 1,
    weight,
    earned: 0,
  };
}

/** Step 3: the rounds. Gives for each slot the name of its walk. */
function fill(walks: Walk[], size: number): Uint32Array {
  const table = new Uint32Array(size);
  // A bit a slot stays in the cache where the table itself does not.
  const taken = new Uint32Array(Math.ceil(size / 32));
  const price = walks.reduce((most, { weight }) => Math.max(most, weight), 0);
  for (let left = size; left > 0;) {
    for (let i = 0; i < walks.length && left > 0; i++) {
      const walk = walks[i]!;
      walk.earned += walk.weight;
      if (walk.earned < price) continue;
      walk.earned -= price;
      table[takeNext(walk, taken, size)] = walk.name;
      left--;
    }
  }
  return table;
}

/** Moves the walk to its next slot that nobody has, and takes that. */
function takeNext(walk: Walk, taken: Uint32Array, size: number): number {
  const { step, factor } = walk;
  const mask = size - 1;
  const half = Math.max(1, 32 - Math.clz32(mask) + 1 >>> 1);
  for (let at = walk.at;;) {
    at = (at + step) & mask;
    let slot = Math.imul(at ^ at >>> half, factor) & mask;
    slot ^= slot >>> half;
    const bit = 1 << (slot & 31);
    if ((taken[slot >>> 5]! & bit) !== 0) continue;
    taken[slot >>> 5]! |= bit;
    walk.at = at;
    return slot;
  }
}

/**
 * A 32-bit hash of an address, the same on every machine. Big-endian words of 4 bytes are mixed in one after the
 * other; `salt` makes independent hashes of one address. All arithmetic is modulo 2^32.
 *
 *     h = 0x9e3779b9 * (salt + 1) + length
 *     for each word: h = mix(h ^ word)
 *     mix(x): x ^= x >> 16; x *= 0x7feb352d; x ^= x >> 15; x *= 0x846ca68b; x ^= x >> 16
 *
 * The constants of `mix` are those that C. Wellons found to have the least bias of their form.
 */
export function hashAddress(address: Uint8Array, salt: number): number {
  let h = Math.imul(0x9e3779b9, salt + 1) + address.length | 0;
  for (let at = 0; at < address.length; at += 4) {
    const word = address[at]! << 24 | address[at + 1]! << 16 | address[at + 2]! << 8 |
      address[at + 3]!;
    h = mix(h ^ word);
  }
  return h >>> 0;
}

function mix(x: number): number {
  x = Math.imul(x ^ x >>> 16, 0x7feb352d);
  x = Math.imul(x ^ x >>> 15, 0x846ca68b);
  return x ^ x >>> 16;
}

/** Order of byte strings: shorter first, then by the first byte that differs. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
