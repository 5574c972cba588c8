/**
 * Follows what happens to the kernel's interfaces under open ports: one that was removed and made again is opened
 * again, and a MAC address or an MTU that changed is taken over.
 *
 * @module
 */
import { recommit } from "./commit.ts";
import { log } from "../log.ts";
import { closePorts, currentInfo, openPort, type Port, type Ports } from "../ports.ts";
import { RefusedError } from "../refused.ts";
import type { Running } from "../running.ts";

/** Remembers what it said. */
export class PortWatch {
  /** By interface: what is wrong with it. */
  readonly #said = new Map<string, string>();
  /** By interface: whether its link was up. */
  #links = new Map<string, boolean>();

  /** Brings the ports up to date, with a commit where something changed. @throws {RefusedError} 409 */
  async follow(running: Running): Promise<Running> {
    const ports = this.#look(running);
    const replaced = [...ports.values()].filter(({ info }) => info.held === "replaced");
    const kept = without(ports, replaced);
    let now = running;
    if (replaced.length > 0) {
      now = await recommit(running, { ports: kept });
      await closePorts(running.dataplane, replaced);
    }
    const fresh = await this.#openMissing(now, kept);
    if (fresh.length === 0) {
      return samePorts(now.ports, kept) ? now : await recommit(now, { ports: kept });
    }
    return await this.#add(now, kept, fresh);
  }

  /** The ports as they are now. */
  #look({ dataplane, ports }: Running): Ports {
    const now = new Map<string, Port>();
    for (const [name, port] of ports) {
      const info = currentInfo(dataplane, port);
      now.set(name, {
        ...port,
        info: info.held === "held" ? info : { ...port.info, held: info.held },
      });
      if (info.held === "gone") this.#warn(name, port.device, "its interface is gone");
    }
    this.#tellLinks(now);
    return now;
  }

  /** What is opened tells its link itself. */
  #tellLinks(ports: Ports): void {
    const before = this.#links;
    this.#links = new Map([...ports].map(([name, { info }]) => [name, info.linkUp]));
    for (const [name, { device, info: { linkUp, linkMbps } }] of ports) {
      if ((before.get(name) ?? linkUp) === linkUp) continue;
      if (linkUp) log("link_up", { name, device, ...linkMbps > 0 && { mbps: linkMbps } });
      else log("link_down", { name, device });
    }
  }

  /** Opens what the configuration names and could not be opened again so far. */
  async #openMissing({ dataplane, config }: Running, kept: Ports): Promise<Port[]> {
    const fresh: Port[] = [];
    for (const [name, { device }] of Object.entries(config.interfaces)) {
      if (kept.has(name)) continue;
      const used = [...kept.values(), ...fresh].map(({ info }) => info.index);
      try {
        fresh.push({ name, device, info: await openPort(dataplane, name, device, used) });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#warn(name, device, error.problems[0]?.message ?? error.message);
      }
    }
    return fresh;
  }

  async #add(running: Running, kept: Ports, fresh: Port[]): Promise<Running> {
    const ports = new Map([...kept, ...fresh.map((port) => [port.name, port] as const)]);
    try {
      const next = await recommit(running, { ports });
      for (const { name, device } of fresh) this.#back(name, device);
      return next;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // What runs is what was committed before; the next look tries again.
      for (const { name, device } of fresh) this.#warn(name, device, error.message);
      await closePorts(running.dataplane, fresh);
      return running;
    }
  }

  #warn(name: string, device: string, reason: string): void {
    if (this.#said.get(name) === reason) return;
    this.#said.set(name, reason);
    log("interface_unusable", { name, device, reason });
  }

  #back(name: string, device: string): void {
    this.#said.delete(name);
    log("interface_back", { name, device });
  }
}

function without(ports: Ports, some: Port[]): Ports {
  return new Map([...ports].filter(([, port]) => !some.includes(port)));
}

/** As far as the tables tell of them. */
function samePorts(a: Ports, b: Ports): boolean {
  return [...b].every(([name, { info }]) => {
    const before = a.get(name)?.info;
    return before?.mac === info.mac && before.mtu === info.mtu;
  });
}
