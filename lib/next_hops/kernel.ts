/**
 * What the kernel knows of routes and neighbours, asked through `ip` of iproute2: one process a question, however
 * many addresses it is about.
 *
 * @module
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { ownAddresses } from "./own.ts";
import { DEFAULT_ROUTES, type KernelView, parseAnswers } from "./answers.ts";

/** Where {@linkcode KernelView} comes from. */
export interface Kernel {
  /** Its own addresses. @throws {Error} when it cannot be asked */
  own(): string[];
  /**
   * @param addresses {@linkcode DEFAULT_ROUTES} may be among them.
   * @throws {Error} when the kernel cannot be asked.
   */
  view(addresses: readonly string[]): Promise<KernelView>;
  /** Makes the kernel find out, or confirm, the neighbours' MAC addresses. Never fails: what is not found is seen later. */
  resolve(neighbours: readonly { dev: string; address: string }[]): Promise<void>;
}

/** The kernel of this machine, seen from this network namespace. */
export const kernel: Kernel = {
  own: ownAddresses,

  async view(addresses) {
    const isDefault = (family: 4 | 6) => addresses.includes(DEFAULT_ROUTES[family]);
    const hosts = addresses.filter((address) => !address.includes("/"));
    const view = parseAnswers(
      await runIp(["-json"], [
        ...hosts.map((address) => `route get ${address}`),
        ...isDefault(4) ? ["route show default"] : [],
        "neigh show",
      ]),
    );
    if (!isDefault(6)) return view;
    // A batch is of one family where no address tells which.
    const six = parseAnswers(await runIp(["-6", "-json"], ["route show default"]), 6);
    return { ...view, routes: new Map([...view.routes, ...six.routes]) };
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
