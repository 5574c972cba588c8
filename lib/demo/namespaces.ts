/**
 * Network namespaces of one run of the demo: made, entered, and removed with all that runs inside.
 *
 * @module
 */
import {
  hostBatch,
  kernelGreBatch,
  namespaceBatch,
  type Naming,
  offloadScript,
  routerBatch,
  sysctlScript,
  tunBatch,
  vipBatch,
} from "./recipe.ts";
import { HOSTS, LEGS, SERVERS } from "./topology.ts";

/** How a server takes tunnels apart: by the kernel's own devices, or by `guideway decap`. */
export type Decapsulation = "kernel" | "helper";

async function run(program: string, args: string[], input?: string): Promise<string> {
  const child = new Deno.Command(program, {
    args,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
  }
  const { success, stdout, stderr } = await child.output();
  if (success) return new TextDecoder().decode(stdout);
  const reason = new TextDecoder().decode(stderr).trim();
  throw new Error(`${program} ${args.join(" ")}: ${reason || "failed"}`);
}

function batch(lines: string[], namespace?: string): Promise<string> {
  const where = namespace ? ["-n", namespace] : [];
  return run("ip", [...where, "-batch", "-"], lines.join("\n") + "\n");
}

/** Runs a shell script in a namespace. */
export function shell(namespace: string, script: string): Promise<string> {
  return run("ip", ["netns", "exec", namespace, "sh", "-c", script]);
}

async function buildHost(host: string, name: Naming): Promise<void> {
  const namespace = name(host);
  const leg = LEGS.find((one) => one.host === host);
  if (leg) await batch(hostBatch(leg), namespace);
  if (SERVERS.some((server) => server.name === host)) await batch(vipBatch(), namespace);
  await shell(namespace, offloadScript(host));
}

async function buildTunnels(name: Naming): Promise<Decapsulation> {
  const all = (lines: (server: string) => string[]) =>
    Promise.all(SERVERS.map((server) => batch(lines(server.name), name(server.name))));
  try {
    await all(kernelGreBatch);
    return "kernel";
  } catch {
    await all(tunBatch);
    return "helper";
  }
}

/** Makes all namespaces, links, addresses and routes. */
export async function buildNamespaces(name: Naming): Promise<Decapsulation> {
  await batch(namespaceBatch(name));
  await Promise.all(HOSTS.map((host) => shell(name(host), sysctlScript(host))));
  await batch(routerBatch(name), name("router"));
  await Promise.all(HOSTS.map((host) => buildHost(host, name)));
  return await buildTunnels(name);
}

/** Names of all namespaces there are. */
export async function listNamespaces(): Promise<string[]> {
  const text = await run("ip", ["netns", "list"]);
  return text.split("\n").map((line) => line.split(" ")[0]!).filter(Boolean);
}

async function endProcesses(namespace: string): Promise<void> {
  const text = await run("ip", ["netns", "pids", namespace]).catch(() => "");
  for (const pid of text.split("\n").filter(Boolean)) {
    try {
      Deno.kill(Number(pid), "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Removes those namespaces of the run that are there, and ends what still runs in them. */
export async function removeNamespaces(prefix: string): Promise<void> {
  const mine = (await listNamespaces()).filter((one) => one.startsWith(prefix));
  await Promise.all(mine.map(endProcesses));
  await batch(mine.map((one) => `netns del ${one}`));
}
