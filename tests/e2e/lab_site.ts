/**
 * A site that runs, and what is asked of it: see lab_links.ts.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Client } from "../../lib/client.ts";
import { connectTo } from "../../lib/connect.ts";
import type { Child } from "../../lib/demo/child.ts";
import { toolCommand } from "./lab.ts";
import { HOSTS, linkRouter, linkServer, server, type SiteOptions } from "./lab_links.ts";
import { Net } from "./lab_net.ts";
import { socketOf, startGuideway, startServer, untilReady } from "./lab_programs.ts";
import type { Echo } from "./lab_udp.ts";

/** That one of three servers has none of so many is one chance in ten thousand million. */
const MOST_TRIES = 60;

/** A site that runs. */
export class Site implements AsyncDisposable {
  readonly net: Net;
  readonly #options: SiteOptions;
  #guideway: Child | undefined;
  #api: Client | undefined;

  private constructor(net: Net, options: SiteOptions) {
    this.net = net;
    this.#options = options;
  }

  /** Builds it and waits until Guideway knows the way to every server. */
  static async open(options: SiteOptions): Promise<Site> {
    const names = Array.from({ length: options.servers }, (_, index) => server(index + 1).name);
    const hosts = [...HOSTS, ...options.hosts ?? [], ...names];
    const site = new Site(await Net.open(hosts), options);
    try {
      await site.#build();
      return site;
    } catch (error) {
      await site[Symbol.asyncDispose]();
      throw error;
    }
  }

  get api(): Client {
    return this.#api!;
  }

  get guideway(): Child {
    return this.#guideway!;
  }

  /** For a command line of `guideway` that talks to it. */
  get socket(): string {
    return socketOf(this.net);
  }

  /** Starts Guideway once more, which has ended; resolves when it knows the way to every server. */
  async startAgain(config: SiteOptions["config"] = this.#options.config): Promise<void> {
    this.#guideway = await startGuideway(this.net, { ...this.#options, config });
    await untilReady(this.net, this.api);
  }

  /** A counter, summed over all workers. */
  async total(name: string): Promise<number> {
    return (await this.api.counters()).total[name] ?? 0;
  }

  /** Counters that say that a packet was dropped, and how many were. */
  async drops(): Promise<Record<string, number>> {
    const { total } = await this.api.counters();
    return Object.fromEntries(
      Object.entries(total).filter(([name, n]) => name.startsWith("drop_") && n > 0),
    );
  }

  /** What curl at the client gets. @throws {Error} with curl's own words */
  async curl(url: string, ...options: string[]): Promise<string> {
    const words = ["-sS", "--max-time", "20", ...options, url];
    const { code, stdout, stderr } = await this.net.run("client", "curl", ...words);
    if (code !== 0) throw new Error(`curl ${url} ended with ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** Asks by HTTP until each of the first `count` servers has answered. */
  async assertAllAnswer(url: string, count: number): Promise<void> {
    const wanted = Array.from({ length: count }, (_, index) => server(index + 1).name);
    const seen = new Set<string>();
    for (let n = 0; n < MOST_TRIES && seen.size < count; n++) seen.add(await this.curl(url));
    assert.deepEqual([...seen].sort(), wanted);
  }

  /** Datagrams of the client to places (`ADDRESS PORT`), each from another port, and their echoes. */
  async echo(places: string[], bytes = 100, times = 1): Promise<Echo[]> {
    const words = toolCommand("./lab_udp.ts", [`${bytes}`, `${times}`, ...places]);
    const { stdout, stderr } = await this.net.run("client", ...words as [string, ...string[]]);
    if (stderr) throw new Error(stderr);
    return stdout.trim().split("\n").map((line) => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#api?.[Symbol.dispose]();
    await this.net[Symbol.asyncDispose]();
  }

  async #build(): Promise<void> {
    const net = this.net;
    const options = this.#options;
    const numbers = Array.from({ length: options.servers }, (_, index) => index + 1);
    await linkRouter(net, options);
    await Promise.all(numbers.map((n) => linkServer(net, options, n)));
    await options.prepare?.(net);
    this.#guideway = await startGuideway(net, options);
    this.#api = connectTo({ socket: this.socket });
    await Promise.all(numbers.map((n) => startServer(net, options, n)));
    await untilReady(net, this.api);
  }
}

/** Opens a site, hands it over, and removes it. Fails when a program of the site ends meanwhile. */
export async function withSite(
  options: SiteOptions,
  use: (site: Site) => Promise<void>,
): Promise<void> {
  await using site = await Site.open(options);
  await Promise.race([use(site), site.net.failure]);
}
