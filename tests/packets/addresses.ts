/**
 * Addresses as the tests compare them.
 *
 * @module
 */

/** All bytes as hex digits, without anything between them. */
export function hexAddress(address: Uint8Array): string {
  return Array.from(address, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
