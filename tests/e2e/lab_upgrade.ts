/**
 * Executables that take the running program's place, or fail to, and how long packets waited meanwhile.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { UpgradeView } from "../../lib/upgrade/view.ts";
import { selfCommand } from "../../lib/demo/child.ts";
import { guideway, type Outcome } from "../cli/program.ts";
import { toolCommand, until } from "./lab.ts";
import type { Report } from "./lab_echoes.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const ROOT = new URL("../../", import.meta.url);

export const GRE = "90.0.0.1";
export const NAT = "91.0.0.1";
/** For `Connections`. */
export const PLACES = [`${GRE} 80 http`, `${NAT} 80 http`];

function vip(address: string, encap: string, servers: number[]): unknown {
  return {
    prefix: `${address}/32`,
    encap,
    servers: servers.map((n) => ({ address: server(n).ip4 })),
  };
}

/** A site with both VIPs, which echoes datagrams at port 9000, and keeps flows in memory. */
export async function withFlows(use: (site: Site) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: "/dev/shm", prefix: "guideway-test-" });
  const options: SiteOptions = {
    config: { vips: [vip(GRE, "gre4", [1, 2]), vip(NAT, "nat4", [1, 2])] },
    servers: 3,
    server: (n) => ({
      places: [
        `tcp ${GRE} 80`,
        `tcp ${server(n).ip4} 80`,
        `udp ${GRE} 9000`,
        `udp ${server(n).ip4} 9000`,
      ],
      vips: [GRE],
      tunnel: true,
    }),
    run: ["--flow-memory", folder],
  };
  try {
    await withSite(options, use);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** An executable that is this very program: the source's is a script. */
export async function executable(folder: string): Promise<string> {
  const told = Deno.env.get("GUIDEWAY_EXE");
  if (told) return told;
  return await script(`${folder}/guideway`, `exec ${selfCommand([]).join(" ")} "$@"`);
}

/** A shell script that can be executed. */
export async function script(path: string, text: string): Promise<string> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

/**
 * An executable that is this program from source, but for some modules.
 *
 * @param changes By the module's path: what becomes of its text.
 */
export async function changed(
  folder: string,
  name: string,
  changes: Record<string, (text: string) => string>,
): Promise<string> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  // Those of deno.json lead to what is below them by themselves.
  for (const [name, to] of Object.entries<string>(imports)) {
    if (to.startsWith("npm:")) imports[`${name}/`] = `${to.replace("npm:", "npm:/")}/`;
  }
  for (const [path, change] of Object.entries(changes)) {
    const url = new URL(path, ROOT);
    const before = await Deno.readTextFile(url);
    const text = change(before);
    assert.notEqual(text, before, `${path} is as it was`);
    const file = `${folder}/${name}-${path.replaceAll("/", "-")}`;
    const absolute = (_: string, begin: string, to: string) => begin + new URL(to, url).href;
    await Deno.writeTextFile(file, text.replaceAll(/(from ")(\.[^"]+)/g, absolute));
    imports[url.href] = `file://${file}`;
  }
  const map = `${folder}/${name}.json`;
  await Deno.writeTextFile(map, JSON.stringify({ imports }));
  const main = new URL("main.ts", ROOT).pathname;
  const words = [Deno.execPath(), "run", "--allow-all", "--quiet", `--import-map=${map}`, main];
  return await script(`${folder}/${name}`, `exec ${words.join(" ")} "$@"`);
}

/** `guideway upgrade FILE` at the site. */
export function upgrade(site: Site, file: string): Promise<Outcome> {
  return guideway(["upgrade", file, "--socket", site.socket]);
}

/** The same, which must succeed; what REST tells of it afterwards. */
export async function upgraded(site: Site, file: string): Promise<UpgradeView> {
  const { code, stdout, stderr } = await upgrade(site, file);
  assert.equal(code, 0, `${stdout}${stderr}${site.guideway.words}`);
  const last = await site.api.lastUpgrade();
  assert.equal(last?.state, "done");
  return last;
}

/** Numbered datagrams of the client, one a millisecond, and their echoes. They end with the site. */
export class Stream {
  readonly #reports: Report[] = [];

  /** @param place `ADDRESS PORT` */
  constructor(site: Site, place: string) {
    site.net.keep("Stream", "client", toolCommand("./lab_echoes.ts", [place]), (line) => {
      this.#reports.push(JSON.parse(line));
    });
  }

  /** To both VIPs; resolves when echoes come. */
  static async openBoth(site: Site): Promise<Stream[]> {
    const streams = [GRE, NAT].map((address) => new Stream(site, `${address} 9000`));
    for (const stream of streams) {
      await until("echoes", 20, async () => (await stream.taken()).received > 0);
    }
    return streams;
  }

  /** What came since the last call; resolves when all that is on its way has come, or is lost. */
  async taken(): Promise<Report> {
    await new Promise((resolve) => setTimeout(resolve, 600));
    const sum = { sent: 0, received: 0, longest: 0 };
    for (const one of this.#reports.splice(0)) {
      sum.sent += one.sent;
      sum.received += one.received;
      sum.longest = Math.max(sum.longest, one.longest);
    }
    return sum;
  }
}

/** The middle of some numbers. */
export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
