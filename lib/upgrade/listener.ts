/**
 * A unix socket for one process that was just started, and shows by a key that it is the one.
 *
 * @module
 */
import { chmodSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Link, type Of, PROTOCOL } from "./link.ts";

let count = 0;

/** Where the process that was started connects to. Ends with its scope; links that were made go on. */
export class Listener implements Disposable {
  /** For an environment variable of the process. */
  readonly address: string;
  readonly #path: string;
  readonly #key = crypto.randomUUID();
  readonly #listener: Deno.UnixListener;

  /** @param socket The program's own: it is beside it. @throws {Error} when it cannot be made */
  constructor(socket: string) {
    this.#path = join(dirname(socket), `.guideway-${Deno.pid}-${++count}`);
    rmSync(this.#path, { force: true });
    this.#listener = Deno.listen({ transport: "unix", path: this.#path });
    chmodSync(this.#path, 0o600);
    this.address = `${this.#key}:${this.#path}`;
  }

  /** The next one that has the key, and what it says of itself. @throws {Error} once it was closed */
  async accept(): Promise<{ link: Link; hello: Of<"hello"> }> {
    for (;;) {
      const link = new Link(await this.#listener.accept());
      try {
        const hello = await link.expect("hello", HELLO_MS);
        if (hello.key === this.#key) return { link, hello };
      } catch {
        // It is not the one.
      }
      link[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    rmSync(this.#path, { force: true });
  }
}

/** Who connects says at once who it is. */
const HELLO_MS = 2000;

/** Connects to an address that the environment told. @throws {Error} when nobody is there */
export async function connectBack(address: string, version: string): Promise<Link> {
  const at = address.indexOf(":");
  const path = address.slice(at + 1);
  const link = new Link(await Deno.connect({ transport: "unix", path }));
  const key = address.slice(0, at);
  await link.send({ kind: "hello", key, protocol: PROTOCOL, version, pid: Deno.pid });
  return link;
}
