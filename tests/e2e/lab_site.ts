/**
 * A site with both arms of Guideway, and it running:
 *
 *     client ── router ── eth1 Guideway eth2
 *                  └──── lan ───────────┘
 *                        s1 s2 …
 *
 * Packets to the VIPs and to the node's own address come by eth1; the servers are behind eth2. Their
 * gateway is Guideway; but what they send from a VIP's address, which they have on lo, goes to the router.
 * Guideway's kernel forwards nothing, and has none of those addresses.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Client } from "../../lib/client.ts";
import { type Child, selfCommand } from "../../lib/demo/child.ts";
import { TUN } from "../../lib/demo/recipe.ts";
import { toolCommand, until } from "./lab.ts";
import { Net } from "./lab_net.ts";
import type { Echo } from "./lab_udp.ts";

/** The node's own address. */
export const NODE = { ip4: "192.0.2.100", ip6: "2001:db8:64::100" };
/** Addresses of Guideway's kernel on its arms, and of the router among the servers. */
const KERNEL = { ip4: "192.0.2.10", ip6: "2001:db8::10" };
export const KERNEL_LAN = { ip4: "10.0.0.254", ip6: "2001:db8:1::fe" };
const ROUTER_LAN = { ip4: "10.0.0.1", ip6: "2001:db8:1::1" };

/** Routing table of a server for what it sends from a VIP's address. */
const VIP_TABLE = 100;

/** The `n`-th server, from 1. */
export function server(n: number): { name: string; ip4: string; ip6: string } {
  return { name: `s${n}`, ip4: `10.0.0.1${n}`, ip6: `2001:db8:1::1${n}` };
}

/** Of a server, by its number. */
export interface ServerOptions {
  /** What it listens on: see lab_server.ts. */
  places: string[];
  /** Addresses of VIPs on its lo: it answers its clients itself. */
  vips?: string[];
  /** Takes tunnels apart. */
  tunnel?: boolean;
}

/** How a site is built. */
export interface SiteOptions {
  /** Of Guideway; interfaces are there unless given. */
  config: { conf?: unknown; vips: unknown[]; interfaces?: unknown; workers?: number };
  servers: number;
  server: (n: number) => ServerOptions;
  /** Of the lan with its servers; 1500 unless given. */
  lanMtu?: number;
  /** Of the client's link; 1500 unless given. */
  clientMtu?: number;
  /** Runs when all links are there, before Guideway starts. */
  prepare?: (net: Net) => Promise<void>;
}

/** On both arms packets of nat servers are translated back. */
export const INTERFACES = {
  client: { device: "af_packet:eth1", snat: ["nat4", "nat6"] },
  lan: { device: "af_packet:eth2", snat: ["nat4", "nat6"] },
};

/** That one of three servers has none of so many is one chance in ten thousand million. */
const MOST_TRIES = 60;
const HOSTS = ["client", "router", "gw"];

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
    const site = new Site(await Net.open([...HOSTS, ...names]), options);
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
    return `${this.net.folder}/guideway.sock`;
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
    await this.#linkRouter();
    const numbers = Array.from({ length: this.#options.servers }, (_, index) => index + 1);
    await Promise.all(numbers.map((n) => this.#linkServer(n)));
    await this.#options.prepare?.(this.net);
    await this.#startGuideway();
    await Promise.all(numbers.map((n) => this.#startServer(n)));
    await this.untilReady();
  }

  async #linkRouter(): Promise<void> {
    const { net } = this;
    const { clientMtu = 1500, lanMtu = 1500, config } = this.#options;
    await net.link(
      { host: "router", device: "client", addresses: ["203.0.113.1/24", "2001:db8:c::1/64"] },
      { host: "client", device: "eth0", addresses: ["203.0.113.10/24", "2001:db8:c::10/64"] },
    );
    await net.ip("router", `link set client mtu ${clientMtu}`);
    await net.ip("client", `link set eth0 mtu ${clientMtu}`);
    await net.link(
      { host: "router", device: "gw", addresses: ["192.0.2.1/24", "2001:db8::1/64"] },
      { host: "gw", device: "eth1", addresses: [`${KERNEL.ip4}/24`, `${KERNEL.ip6}/64`] },
    );
    await net.ip("router", `link add lan type bridge`);
    await net.link(
      { host: "router", device: "lan-gw", mtu: lanMtu },
      {
        host: "gw",
        device: "eth2",
        mtu: lanMtu,
        addresses: [`${KERNEL_LAN.ip4}/24`, `${KERNEL_LAN.ip6}/64`],
      },
    );
    const prefixes = (config.vips as { prefix: string }[]).map(({ prefix }) => prefix);
    const led = new Set([...prefixes, `${NODE.ip4}/32`, `${NODE.ip6}/128`]);
    await net.ip(
      "router",
      "link set lan-gw master lan",
      "link set lan up",
      `addr add ${ROUTER_LAN.ip4}/24 dev lan`,
      `addr add ${ROUTER_LAN.ip6}/64 dev lan nodad`,
      ...[...led].map((prefix) =>
        `route add ${prefix} via ${prefix.includes(":") ? KERNEL.ip6 : KERNEL.ip4}`
      ),
    );
    await this.#defaultRoutes("client", { ip4: "203.0.113.1", ip6: "2001:db8:c::1" });
    await this.#defaultRoutes("gw", { ip4: "192.0.2.1", ip6: "2001:db8::1" });
  }

  /** Segments may be longer than the path allows: to find out is the kernels' business. */
  #defaultRoutes(host: string, by: { ip4: string; ip6: string }, more = ""): Promise<void> {
    return this.net.ip(
      host,
      `route add default via ${by.ip4} advmss 1460 ${more}`,
      `route add default via ${by.ip6} advmss 1440 ${more}`,
    );
  }

  async #linkServer(n: number): Promise<void> {
    const { net } = this;
    const { name, ip4, ip6 } = server(n);
    const { vips = [] } = this.#options.server(n);
    const mtu = this.#options.lanMtu ?? 1500;
    await net.link(
      { host: "router", device: `lan-${name}`, mtu },
      { host: name, device: "eth0", mtu, addresses: [`${ip4}/24`, `${ip6}/64`] },
    );
    await net.ip("router", `link set lan-${name} master lan`);
    // What is beyond the router takes no more than 1500 bytes.
    const most = mtu > 1500 ? "mtu 1500" : "";
    await this.#defaultRoutes(name, KERNEL_LAN, most);
    await this.#defaultRoutes(name, ROUTER_LAN, `${most} table ${VIP_TABLE}`);
    const six = (vip: string) => vip.includes(":");
    await net.ip(
      name,
      ...vips.map((vip) => `addr add ${vip}${six(vip) ? "/128 nodad" : "/32"} dev lo`),
    );
    // All rules of a batch would be of one family.
    const rule = (vip: string) =>
      `ip -${six(vip) ? 6 : 4} rule add from ${vip} lookup ${VIP_TABLE}`;
    await net.shell(name, ["set -e", ...vips.map(rule)].join("\n"));
  }

  async #startServer(n: number): Promise<void> {
    const { name } = server(n);
    const { places, tunnel = false } = this.#options.server(n);
    const listening = new Promise<void>((resolve, reject) => {
      const take = (line: string) => line === "ready" && resolve();
      const command = toolCommand("./lab_server.ts", [name, ...places]);
      this.net.keep(`Server ${name}`, name, command, take).failure().catch(reject);
    });
    await Promise.all([listening, tunnel ? this.#startHelper(name) : null]);
  }

  /** Resolves when the tun device has a carrier: somebody takes tunnels apart. */
  async #startHelper(host: string): Promise<void> {
    await this.net.ip(host, `tuntap add dev ${TUN} mode tun`, `link set ${TUN} up`);
    this.net.keep(`Helper of ${host}`, host, selfCommand(["decap", "--tun", TUN]));
    await until(`the helper of ${host}`, 20, async () => {
      const carrier = await this.net.shell(host, `cat /sys/class/net/${TUN}/carrier`);
      return carrier.trim() === "1";
    });
  }

  async #startGuideway(): Promise<void> {
    const { folder } = this.net;
    const { conf = {}, interfaces = INTERFACES, ...rest } = this.#options.config;
    const node = { ip4_src_address: NODE.ip4, ip6_src_address: NODE.ip6 };
    const config = { conf: { ...node, ...conf as object }, interfaces, ...rest };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
    const files = ["--config", `${folder}/config.json`, "--state", `${folder}/state`];
    const command = selfCommand(["run", ...files, "--socket", this.socket]);
    this.#guideway = this.net.keep("Guideway", "gw", command);
    this.#api = new Client({ socket: this.socket });
  }

  /** Resolves when Guideway answers and knows the way to every server. */
  async untilReady(): Promise<void> {
    let reason = "it does not answer";
    const ready = async () => {
      try {
        const servers = (await this.api.counters()).vips.flatMap((vip) => vip.servers);
        const lost = servers.find(({ next_hop }) => next_hop === null);
        if (lost) reason = `no way to ${lost.address}: ${lost.reason}`;
        return lost === undefined;
      } catch (error) {
        // Not listening yet. That it ended shows in `failure`.
        if (error instanceof Error) reason = error.message;
        return false;
      }
    };
    await Promise.race([until("Guideway", 20, ready), this.net.failure]).catch((error) => {
      throw new Error(`${error.message}; ${reason}`);
    });
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
