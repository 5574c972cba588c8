/**
 * The programs of a site: servers, helpers that take tunnels apart, Guideway.
 *
 * @module
 */
import type { Client } from "../../lib/client.ts";
import { type Child, selfCommand } from "../../lib/demo/child.ts";
import { TUN } from "../../lib/demo/recipe.ts";
import { toolCommand, until } from "./lab.ts";
import { INTERFACES, NODE, server, type SiteOptions } from "./lab_links.ts";
import type { Net } from "./lab_net.ts";

/** Where Guideway's REST answers. */
export function socketOf(net: Net): string {
  return `${net.folder}/guideway.sock`;
}

/** The `n`-th server's own; resolves when it listens. */
export async function startServer(net: Net, options: SiteOptions, n: number): Promise<void> {
  const { name } = server(n);
  const { places, tunnel = false } = options.server(n);
  const listening = new Promise<void>((resolve, reject) => {
    const take = (line: string) => line === "ready" && resolve();
    const command = toolCommand("./lab_server.ts", [name, ...places]);
    net.keep(`Server ${name}`, name, command, take).failure().catch(reject);
  });
  await Promise.all([listening, tunnel ? startHelper(net, name) : null]);
}

/** Resolves when the tun device has a carrier: somebody takes tunnels apart. */
async function startHelper(net: Net, host: string): Promise<void> {
  await net.ip(host, `tuntap add dev ${TUN} mode tun`, `link set ${TUN} up`);
  net.keep(`Helper of ${host}`, host, selfCommand(["decap", "--tun", TUN]));
  await until(`the helper of ${host}`, 20, async () => {
    const carrier = await net.shell(host, `cat /sys/class/net/${TUN}/carrier`);
    return carrier.trim() === "1";
  });
}

/** Guideway itself, which answers at the socket some time. */
export async function startGuideway(net: Net, options: SiteOptions): Promise<Child> {
  const { folder } = net;
  const { conf = {}, interfaces = INTERFACES, ...rest } = options.config;
  const node = { ip4_src_address: NODE.ip4, ip6_src_address: NODE.ip6 };
  const config = { conf: { ...node, ...conf as object }, interfaces, ...rest };
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const files = ["--config", `${folder}/config.json`, "--state", `${folder}/state`];
  const more = ["--flow-memory", "none", ...options.run ?? []];
  const command = selfCommand(["run", ...files, "--socket", socketOf(net), ...more]);
  return options.mayEnd
    ? net.start("Guideway", "gw", command)
    : net.keep("Guideway", "gw", command);
}

/** Resolves when Guideway answers and knows the way to every server. */
export async function untilReady(net: Net, api: Client): Promise<void> {
  let reason = "it does not answer";
  const ready = async () => {
    try {
      const servers = (await api.counters()).vips.flatMap((vip) => vip.servers);
      const lost = servers.find(({ next_hop }) => next_hop === null);
      if (lost) reason = `no way to ${lost.address}: ${lost.reason}`;
      return lost === undefined;
    } catch (error) {
      // Not listening yet. That it ended shows in `failure`.
      if (error instanceof Error) reason = error.message;
      return false;
    }
  };
  await Promise.race([until("Guideway", 20, ready), net.failure]).catch((error) => {
    throw new Error(`${error.message}; ${reason}`);
  });
}
