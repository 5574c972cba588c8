/**
 * Certificates for tests, for `localhost`, `lb.example` and 127.0.0.1, each its own root. `one` and `two` are good for a
 * hundred years; `expired` was for the key of `one`.
 *
 * @module
 */

/** Where one lies. */
export function certificateFiles(name: "one" | "two"): { cert: string; key: string } {
  return { cert: pathOf(`${name}.crt`), key: pathOf(`${name}.key`) };
}

export const EXPIRED = pathOf("expired.crt");

/** An HTTP client that trusts them. */
export function trusting(...names: ("one" | "two")[]): Deno.HttpClient {
  const caCerts = names.map((name) => Deno.readTextFileSync(certificateFiles(name).cert));
  return Deno.createHttpClient({ caCerts });
}

function pathOf(name: string): string {
  return new URL(`./certificates/${name}`, import.meta.url).pathname;
}
