/**
 * Hosts in network namespaces, their links and programs; all of it is gone at the end of the scope.
 *
 * @module
 */
import { Child } from "../../lib/demo/child.ts";
import { removeLeftovers, runPrefix } from "../../lib/demo/leftovers.ts";
import { removeNamespaces, shell } from "../../lib/demo/namespaces.ts";
import { OFFLOADS, sysctlScript } from "../../lib/demo/recipe.ts";

/** How a program ended, and what it said. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** An end of a link. */
export interface LinkEnd {
  host: string;
  device: string;
  /** 1500 unless given. */
  mtu?: number;
  /** With prefix lengths. */
  addresses?: string[];
}

/** Deno looks for a newer one of itself else, and its packets are counted. */
const ENV = ["DENO_NO_UPDATE_CHECK=1"];

async function output(program: string, args: string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The namespaces of one test. */
export class Net implements AsyncDisposable {
  /** A folder of its own. */
  folder = "";
  readonly #prefix = runPrefix();
  readonly #children: Child[] = [];
  readonly #failures: Promise<never>[] = [];
  readonly #cleanup = new AsyncDisposableStack();

  /** Makes a namespace a host; `router` forwards. Removes what a killed run had left. */
  static async open(hosts: string[]): Promise<Net> {
    const net = new Net();
    try {
      await net.#build(hosts);
      return net;
    } catch (error) {
      await net[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #build(hosts: string[]): Promise<void> {
    this.folder = await Deno.makeTempDir({ prefix: this.#prefix });
    this.#cleanup.defer(() => Deno.remove(this.folder, { recursive: true }));
    await removeLeftovers(this.folder);
    this.#cleanup.defer(() => removeNamespaces(this.#prefix));
    for (const host of hosts) {
      const { code, stderr } = await output("ip", ["netns", "add", this.namespace(host)]);
      if (code !== 0) throw new Error(`No namespace for ${host}: ${stderr}`);
    }
    await Promise.all(hosts.map((host) => this.shell(host, sysctlScript(host))));
    this.#cleanup.defer(async () => {
      await Promise.all(this.#children.map((child) => child.stop()));
    });
  }

  namespace(host: string): string {
    return this.#prefix + host;
  }

  /** Rejects when a program ends that all else needs. */
  get failure(): Promise<never> {
    return Promise.race(this.#failures);
  }

  /** Runs a script and gives its stdout. @throws {Error} with its stderr */
  shell(host: string, script: string): Promise<string> {
    return shell(this.namespace(host), script);
  }

  /** Commands of `ip`. */
  async ip(host: string, ...commands: string[]): Promise<void> {
    await this.shell(host, `ip -batch - <<'END'\n${commands.join("\n")}\nEND`);
  }

  /** Adds rules of nftables. */
  async nft(host: string, rules: string): Promise<void> {
    await this.shell(host, `nft -f - <<'END'\n${rules}\nEND`);
  }

  /** Runs a program to its end, however it ends. */
  run(host: string, program: string, ...args: string[]): Promise<Outcome> {
    return output("ip", ["netns", "exec", this.namespace(host), program, ...args]);
  }

  /** Starts a program; it ends with the net. */
  start(title: string, host: string, command: string[], onLine?: (line: string) => void): Child {
    const child = new Child(title, this.namespace(host), ["env", ...ENV, ...command], onLine);
    this.#children.push(child);
    return child;
  }

  /** Starts a program that all else needs. */
  keep(...given: Parameters<Net["start"]>): Child {
    const child = this.start(...given);
    const failure = child.failure();
    failure.catch(() => {});
    this.#failures.push(failure);
    return child;
  }

  /** A veth between two hosts, up and without offloads: readers of raw frames see whole checksums. */
  async link(a: LinkEnd, b: LinkEnd): Promise<void> {
    const peer = `peer name ${b.device} netns ${this.namespace(b.host)}`;
    await this.ip(a.host, `link add ${a.device} type veth ${peer}`);
    await Promise.all([a, b].map((end) => this.#setUp(end)));
  }

  async #setUp({ host, device, mtu = 1500, addresses = [] }: LinkEnd): Promise<void> {
    await this.ip(
      host,
      `link set ${device} mtu ${mtu} up`,
      ...addresses.map((one) =>
        `addr add ${one} dev ${device}${one.includes(":") ? " nodad" : ""}`
      ),
    );
    await this.shell(host, `ethtool -K ${device} ${OFFLOADS} >/dev/null`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync();
  }
}
