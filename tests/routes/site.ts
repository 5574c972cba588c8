/**
 * The whole site, listening, over a simulated data plane whose frames a test chooses.
 *
 * @module
 */
import type { Simulation } from "../../lib/dataplane.ts";
import { parseConfig } from "../../lib/config.ts";
import { Controller } from "../../lib/controller.ts";
import { firstFrame } from "../../lib/views/frame.ts";
import { simulate } from "../../lib/native.ts";
import { parseEndpoint } from "../../lib/net.ts";
import { type Access, createAccess } from "../../lib/server/access.ts";
import { claimSocket, listen, type Listening, type ListenOptions } from "../../lib/server.ts";
import { Store } from "../../lib/store.ts";
import { createHandler } from "../../routes/mod.ts";
import { CONFIG } from "../tools/config.ts";

export { CONFIG };

/** An answer's status and JSON. */
export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  body: any;
  headers: Headers;
}

/** A listening site. Ends with its scope. */
export class Site implements AsyncDisposable {
  readonly controller: Controller;
  readonly dataplane: Simulation;
  readonly store: Store;
  readonly access: Access;
  readonly listening: Listening;
  readonly #opened: AsyncDisposableStack;

  private constructor(
    controller: Controller,
    dataplane: Simulation,
    store: Store,
    access: Access,
    listening: Listening,
    opened: AsyncDisposableStack,
  ) {
    this.controller = controller;
    this.dataplane = dataplane;
    this.store = store;
    this.access = access;
    this.listening = listening;
    this.#opened = opened;
  }

  static async open(
    config: unknown = CONFIG,
    { check = false, ...given }: Partial<ListenOptions> & { check?: boolean } = {},
  ): Promise<Site> {
    await using opened = new AsyncDisposableStack();
    const folder = await Deno.makeTempDir({ prefix: "gw" });
    opened.defer(() => Deno.remove(folder, { recursive: true }));
    const dataplane = opened.use(simulate());
    const store = opened.use(Store.open(`${folder}/state`));
    const parsed = parseConfig(config);
    const controller = await Controller.start({ dataplane, store, config: parsed, check });
    opened.defer(() => controller.close());
    const socket = `${folder}/gw.sock`;
    await claimSocket(socket);
    const access = createAccess(store);
    const place = { hostname: "127.0.0.1", port: 0, socket, ...given };
    const listening = listen(place, access, createHandler(controller, access));
    opened.defer(() => listening.close());
    return new Site(controller, dataplane, store, access, listening, opened.move());
  }

  get url(): string {
    return this.listening.url;
  }

  get socket(): string {
    return this.listening.socket;
  }

  /** A request whose answer is JSON; `value` is sent as JSON. */
  async ask(
    method: string,
    path: string,
    value?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const json = value === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...json, ...headers },
      ...(value === undefined ? {} : { body: JSON.stringify(value) }),
    });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** The same with a body of any text. */
  async send(method: string, path: string, text: BodyInit, type: string): Promise<Answer> {
    const headers = { "content-type": type };
    const response = await fetch(`${this.url}${path}`, { method, headers, body: text });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** Bytes over TCP as they are; everything that comes back until the other side closes. */
  async raw(text: string): Promise<string> {
    using connection = await Deno.connect({ port: Number(new URL(this.url).port) });
    await connection.write(new TextEncoder().encode(text));
    return await new Response(connection.readable).text();
  }

  /** First packets of so many TCP flows to a destination. */
  traffic(flows: number, destination = "90.1.2.3:80"): void {
    const source = destination.startsWith("[") ? "[2001:db8::7]" : "203.0.113.7";
    const mac = new Uint8Array(6);
    this.dataplane.frames(
      Array.from({ length: flows }, (_, at) =>
        firstFrame(
          parseEndpoint(`${source}:${20_000 + at}`),
          parseEndpoint(destination),
          "tcp",
          mac,
        )),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
  }
}
