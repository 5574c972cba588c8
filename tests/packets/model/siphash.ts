/**
 * SipHash-1-3 over 64-bit words, slowly and by the book (Aumasson, Bernstein: "SipHash: a fast short-input PRF").
 *
 * @module
 */
const add = (a: bigint, b: bigint) => BigInt.asUintN(64, a + b);
const turn = (x: bigint, bits: bigint) => BigInt.asUintN(64, (x << bits) | (x >> (64n - bits)));

/** Little-endian number. */
function word(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[i]!);
  return value;
}

type State = [bigint, bigint, bigint, bigint];

function round([a, b, c, d]: State): State {
  a = add(a, b);
  c = add(c, d);
  b = turn(b, 13n) ^ a;
  d = turn(d, 16n) ^ c;
  a = turn(a, 32n);
  c = add(c, b);
  a = add(a, d);
  b = turn(b, 17n) ^ c;
  d = turn(d, 21n) ^ a;
  c = turn(c, 32n);
  return [a, b, c, d];
}

function begin(key: Uint8Array): State {
  const [k0, k1] = [word(key.subarray(0, 8)), word(key.subarray(8, 16))];
  return [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
}

/** One round for every word of the message, three at the end. */
export function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  let state = begin(key);
  const whole = message.length - message.length % 8;
  const words: bigint[] = [];
  for (let at = 0; at < whole; at += 8) words.push(word(message.subarray(at, at + 8)));
  words.push(word(message.subarray(whole)) | BigInt(message.length % 256) << 56n);
  for (const each of words) {
    state[3] ^= each;
    state = round(state);
    state[0] ^= each;
  }
  state[2] ^= 0xffn;
  state = round(round(round(state)));
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

/** The flow hash of addresses, ports and protocol. */
export function flowHash(
  key: Uint8Array,
  source: Uint8Array,
  destination: Uint8Array,
  ports: readonly [number, number],
  protocol: number,
): bigint {
  const length = source.length * 2;
  const message = new Uint8Array(length + 5);
  message.set(source);
  message.set(destination, source.length);
  const [from, to] = ports;
  message.set([from >> 8, from & 255, to >> 8, to & 255, protocol], length);
  return sipHash(key, message);
}

/** The same of VIPs that translate: a client's end, and mixed into its upper half what it sends to. */
export function natHash(
  key: Uint8Array,
  source: Uint8Array,
  destination: Uint8Array,
  [from, to]: readonly [number, number],
  protocol: number,
): bigint {
  const end = sipHash(key, Uint8Array.from([...source, from >> 8, from & 255, protocol]));
  const [k0, k1] = begin(key);
  const [high, low] = [destination.subarray(0, -8), destination.subarray(-8)].map(number);
  const to32 = destination.length === 4
    ? BigInt(to) << 32n | number(destination)
    : BigInt(to) << 32n ^ (high! * (k0 | 1n) + low!) % 2n ** 64n;
  return end ^ to32 * (k1 | 1n) % 2n ** 64n >> 32n << 32n;
}

/** Of bytes in network order. */
function number(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => sum << 8n | BigInt(byte), 0n);
}
