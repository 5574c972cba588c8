/**
 * A typed client of the REST interface. The command line and the pages use nothing else; it runs in browsers, too.
 *
 * @module
 */
import type { Scope } from "./caller.ts";
import type { Applied, ApplyOptions, Flush } from "./change.ts";
import type { TokenView } from "./question.ts";
import type { UpgradeView } from "./upgrade/view.ts";
import {
  type Body,
  interfacePath,
  jsonBody,
  search,
  serverPath,
  vipPath,
} from "./client/request.ts";
import { Reader } from "./client/reader.ts";

/** Talks to a running program. Every method throws {@linkcode NotAnsweringError} when there is none. */
export class Client extends Reader {
  /** Makes a token; its secret is told this once. @throws {RefusedError} */
  async addToken(
    name: string,
    scope: Scope,
    expires: string | null = null,
  ): Promise<{ token: TokenView; secret: string }> {
    const init = { headers: { "content-type": "application/json" } };
    const body = JSON.stringify({ name, scope, expires });
    return await (await this.transport.send("POST", "tokens", { ...init, body })).json();
  }

  /** @throws {RefusedError} 404 */
  async revokeToken(name: string): Promise<TokenView> {
    const path = `tokens/${encodeURIComponent(name)}`;
    return await (await this.transport.send("DELETE", path)).json();
  }

  /**
   * Begins to replace the running program by another executable.
   *
   * @param file Absolute path. @param key Asked for again with the same one, nothing new happens.
   * @throws {RefusedError}
   */
  async upgrade(file: string, key: string): Promise<UpgradeView> {
    const headers = { "content-type": "application/json", "idempotency-key": key };
    const body = JSON.stringify({ file });
    return (await (await this.transport.send("POST", "upgrade", { headers, body })).json())
      .upgrade;
  }

  /** Goes back. @throws {RefusedError} */
  rollback(revision: number, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `revisions/${revision}/rollback`, options);
  }

  /** Replaces the whole configuration by a text. @throws {RefusedError} */
  replace(text: string, type: "yaml" | "json", options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PUT", "config", options, { text, type });
  }

  /**
   * Replaces the whole configuration by a value.
   *
   * @param options `flush`: whose flows are forgotten with it.
   * @throws {RefusedError}
   */
  replaceConfig(
    config: unknown,
    options: ApplyOptions & { flush?: readonly Flush[] } = {},
  ): Promise<Applied> {
    const { flush = [], ...rest } = options;
    const names = flush.map(({ vip, address }) =>
      address === undefined ? vip : `${vip} ${address}`
    );
    return this.#change("PUT", "config", { ...rest, flush: names }, jsonBody(config));
  }

  /** Merges settings over those that are there; null takes one away. @throws {RefusedError} */
  updateConf(fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", "config/conf", options, jsonBody(fields));
  }

  /** Adds an interface, or replaces the one of that name. @throws {RefusedError} */
  putInterface(name: string, value: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PUT", interfacePath(name), options, jsonBody(value));
  }

  /** Merges fields over those that are there; null takes one away. @throws {RefusedError} */
  updateInterface(name: string, fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", interfacePath(name), options, jsonBody(fields));
  }

  /** @throws {RefusedError} */
  removeInterface(name: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("DELETE", interfacePath(name), options);
  }

  /** @throws {RefusedError} */
  addVip(vip: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", "vips", options, jsonBody(vip));
  }

  /** Merges fields over those that are there; null takes one away. @throws {RefusedError} */
  updateVip(name: string, fields: unknown, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("PATCH", vipPath(name), options, jsonBody(fields));
  }

  /** @throws {RefusedError} */
  removeVip(name: string, options: ApplyOptions & { flush?: boolean } = {}): Promise<Applied> {
    return this.#change("DELETE", vipPath(name), options);
  }

  /** Forgets the flows of all its servers. @throws {RefusedError} */
  flushVip(name: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `${vipPath(name)}/flush`, options);
  }

  /** Adds one server, or several at once. @throws {RefusedError} */
  addServers(vip: string, servers: unknown[], options: ApplyOptions = {}): Promise<Applied> {
    const body = servers.length === 1 ? servers[0] : servers;
    return this.#change("POST", `${vipPath(vip)}/servers`, options, jsonBody(body));
  }

  /** @throws {RefusedError} */
  removeServer(
    vip: string,
    address: string,
    options: ApplyOptions & { flush?: boolean } = {},
  ): Promise<Applied> {
    return this.#change("DELETE", serverPath(vip, address), options);
  }

  /** @throws {RefusedError} */
  setWeight(
    vip: string,
    address: string,
    weight: unknown,
    options: ApplyOptions = {},
  ): Promise<Applied> {
    return this.#change("PATCH", serverPath(vip, address), options, jsonBody({ weight }));
  }

  /** Weights of several servers at once: all or none. @throws {RefusedError} */
  setWeights(
    vip: string,
    weights: readonly { address: string; weight: unknown }[],
    options: ApplyOptions = {},
  ): Promise<Applied> {
    return this.#change("PATCH", `${vipPath(vip)}/servers`, options, jsonBody(weights));
  }

  /** Forgets the server's flows. @throws {RefusedError} */
  flushServer(vip: string, address: string, options: ApplyOptions = {}): Promise<Applied> {
    return this.#change("POST", `${serverPath(vip, address)}/flush`, options);
  }

  async #change(
    method: string,
    path: string,
    options: ApplyOptions & { flush?: boolean | string[] },
    body?: Body,
  ): Promise<Applied> {
    const headers = new Headers();
    if (options.ifMatch !== undefined) headers.set("if-match", `"${options.ifMatch}"`);
    if (body !== undefined) headers.set("content-type", `application/${body.type}`);
    const flush = options.flush === true ? 1 : options.flush || undefined;
    const { over, bins } = options;
    const flags = { dry_run: options.dryRun ? 1 : undefined, over, bins, flush };
    const init = body === undefined ? { headers } : { headers, body: body.text };
    const response = await this.transport.send(method, path + search(flags), init);
    return await response.json();
  }
}
