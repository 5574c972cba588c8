/**
 * What the kernel knows of routes and neighbours, asked through `ip` of iproute2: one process a question, however
 * many addresses it is about.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** How the kernel would send a packet. */
export interface Route {
  /** `unicast`, `local`, `broadcast`, `multicast` … */
  type: string;
  /** Name of the network device. */
  dev: string;
  /** The gateway, or the address itself where it is on the link. */
  via: string;
}

/** An entry of the kernel's neighbour table. */
export interface Neighbour {
  mac: string | null;
  /** `REACHABLE`, `STALE`, `FAILED` … */
  state: string;
}

/** The kernel's answers about some addresses. */
export interface KernelView {
  /** By address; one that is missing has no route. */
  routes: ReadonlyMap<string, Route>;
  /** By {@linkcode neighbourKey}. */
  neighbours: ReadonlyMap<string, Neighbour>;
}

/** Where {@linkcode KernelView} comes from. */
export interface Kernel {
  /** @throws {Error} when the kernel cannot be asked. */
  view(addresses: readonly string[]): Promise<KernelView>;
  /** Makes the kernel find out, or confirm, the neighbours' MAC addresses. Never fails: what is not found is seen later. */
  resolve(neighbours: readonly { dev: string; address: string }[]): Promise<void>;
}

/** Key of a neighbour table. */
export function neighbourKey(dev: string, address: string): string {
  return `${dev} ${address}`;
}

/** The kernel of this machine, seen from this network namespace. */
export const kernel: Kernel = {
  async view(addresses) {
    const questions = [...addresses.map((address) => `route get ${address}`), "neigh show"];
    return parseAnswers(await runIp(["-json"], questions));
  },

  async resolve(neighbours) {
    if (neighbours.length === 0) return;
    try {
      await runIp(
        [],
        neighbours.map(({ dev, address }) => `neigh replace ${address} dev ${dev} use`),
      );
    } catch {
      await sendDatagrams(neighbours.map(({ address }) => address));
    }
  },
};

interface IpAnswer {
  type?: string;
  dst?: string;
  dev?: string;
  gateway?: string;
  via?: { host?: string };
  lladdr?: string;
  state?: string[];
}

/** Each line is the answer to one question that has one; only neighbours have a state. */
export function parseAnswers(output: string): KernelView {
  const routes = new Map<string, Route>();
  const neighbours = new Map<string, Neighbour>();
  for (const line of output.split("\n").filter((line) => line.startsWith("["))) {
    for (const answer of JSON.parse(line) as IpAnswer[]) {
      const { dst, dev, state, type = "unicast" } = answer;
      if (dst === undefined || dev === undefined) continue;
      if (state !== undefined) {
        const mac = answer.lladdr ?? null;
        neighbours.set(neighbourKey(dev, dst), { mac, state: state[0] ?? "NONE" });
      } else {
        routes.set(dst, { type, dev, via: answer.gateway ?? answer.via?.host ?? dst });
      }
    }
  }
  return { routes, neighbours };
}

/** `-force`: a question without an answer (no route) does not end the batch. */
async function runIp(options: string[], lines: string[]): Promise<string> {
  const child = new Deno.Command("ip", {
    args: [...options, "-force", "-batch", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const sent = send(child.stdin, `${lines.join("\n")}\n`);
  const { code, stdout, stderr } = await child.output();
  await sent;
  const problem = new TextDecoder().decode(stderr);
  // 1 is also what single questions without an answer end with.
  if (code > 1 || /Operation not permitted|Cannot open netlink|unknown/i.test(problem)) {
    throw new Error(`ip: ${problem.split("\n", 1)[0] || `exit code ${code}`}`);
  }
  return new TextDecoder().decode(stdout);
}

async function send(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // The process ended before it read everything; its exit code tells.
  }
}

/** A datagram to the discard port (RFC 863) makes the kernel look for the neighbour, without privilege. */
async function sendDatagrams(addresses: readonly string[]): Promise<void> {
  for (const type of ["udp4", "udp6"] as const) {
    const mine = addresses.filter((address) => address.includes(":") === (type === "udp6"));
    if (mine.length === 0) continue;
    const socket = createSocket(type);
    socket.on("error", () => {});
    const sends = mine.map((address) =>
      new Promise<void>((done) => socket.send(new Uint8Array(0), 9, address, () => done()))
    );
    await Promise.all(sends);
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
}
