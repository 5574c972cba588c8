import { DataplaneError } from "../lib/dataplane.ts";

/** Bytes of the buffer that the library writes its sentence to; layout.ts checks it. */
export const ERR_SIZE = 256;

/** errno values that this side gives itself. */
export const EBADF = 9;
export const EBUSY = 16;
export const EINVAL = 22;

/** A fresh buffer for the library's sentence; one a call, for calls may run at the same time. */
export function errorBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ERR_SIZE);
}

/**
 * Gives back a call's count, or throws what it returned.
 *
 * @param rc what the library returned: 0, a count, or -errno
 * @param err the buffer given to the call; null where the call takes none
 * @param call the call's name, for when the library wrote no sentence
 * @throws {DataplaneError} with the library's own sentence.
 */
export function unwrap(rc: number, err: Uint8Array | null, call: string): number {
  if (rc >= 0) return rc;
  const sentence = err === null ? "" : text(err);
  throw new DataplaneError(sentence || `${call} failed with errno ${-rc}`, -rc);
}

/** The text up to the first 0 byte. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
