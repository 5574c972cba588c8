/**
 * A site whose program is ended and started while packets come.
 *
 * @module
 */
import assert from "node:assert/strict";
import { toolCommand, until } from "./lab.ts";
import type { Gap } from "./lab_gaps.ts";
import { INTERFACES, server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

export const GRE = "90.0.0.1";
export const NAT = "91.0.0.1";
const PORT = 5000;
const PER_SECOND = 1000;
const KEPT_MS = 500;

/** A VIP of each kind, with these servers. */
export function config(
  more: Partial<SiteOptions["config"]> = {},
  servers: readonly number[] = [1],
): SiteOptions["config"] {
  const vip = (address: string, encap: string) => ({
    prefix: `${address}/32`,
    encap,
    servers: servers.map((n) => ({ address: server(n).ip4 })),
  });
  return { interfaces: INTERFACES, vips: [vip(GRE, "gre4"), vip(NAT, "nat4")], ...more };
}

/** Opens it; its flows, and what it forwards by, are kept in the folder. */
export async function withFlows(
  use: (site: Site, folder: string) => Promise<void>,
  { first = config(), servers = 1 }: { first?: SiteOptions["config"]; servers?: number } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "guideway-test-" });
  try {
    await withSite({
      config: first,
      servers,
      server: (n) => ({
        places: [`tcp ${GRE} 80`, `tcp ${server(n).ip4} 80`],
        vips: [GRE],
        tunnel: true,
      }),
      run: ["--flow-memory", folder],
      mayEnd: true,
    }, (site) => use(site, folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Ends it, and starts it with a configuration, or with the first one. @param before Done between the two */
export async function again(
  site: Site,
  given = config(),
  before = async () => {},
  end: "kill" | "stop" = "kill",
): Promise<void> {
  await keptLongAgo();
  await site.guideway[end]();
  await before();
  await site.startAgain(given);
}

/** What was committed last is kept a moment later. */
export function keptLongAgo(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, KEPT_MS));
}

/** Datagrams to both VIPs, and how long they stay away. */
export class Stream {
  readonly gaps: Gap[] = [];

  static async open(site: Site): Promise<Stream> {
    const stream = new Stream();
    const { promise, resolve } = Promise.withResolvers<void>();
    const places = [`${GRE} ${PORT}`, `${server(1).ip4} ${PORT}`];
    const receiver = toolCommand("./lab_gaps.ts", ["receive", ...places]);
    const child = site.net.start("Receiver", server(1).name, receiver, (line) => {
      if (line === "ready") resolve();
      else stream.gaps.push(JSON.parse(line));
    });
    await Promise.race([promise, child.failure()]);
    const to = [`${GRE} ${PORT}`, `${NAT} ${PORT}`];
    site.net.start(
      "Sender",
      "client",
      toolCommand("./lab_gaps.ts", ["send", `${PER_SECOND}`, ...to]),
    );
    return stream;
  }

  /** The longest one since then, once both places are reached again. */
  async longestSince(began: number): Promise<number> {
    const since = () => this.gaps.filter(({ at }) => at >= began);
    await until(
      "packets at both places",
      20,
      () => Promise.resolve(new Set(since().map(({ place }) => place)).size === 2),
    );
    return Math.max(...since().map(({ ms }) => ms));
  }
}

/** The line of an event in what the program has said since its start; its fields. */
export function told(site: Site, event: string): Record<string, unknown> | undefined {
  const line = site.guideway.words.split("\n").find((one) => one.includes(`"event":"${event}"`));
  return line === undefined ? undefined : JSON.parse(line);
}

/** It started as it always can, for that reason. */
export function assertRefused(site: Site, reason: RegExp): void {
  assert.equal(told(site, "early"), undefined, site.guideway.words);
  assert.match(String(told(site, "early_refused")?.reason), reason, site.guideway.words);
}
