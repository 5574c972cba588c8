/**
 * The interfaces of a VPP script: which devices they are here, and what they are called.
 *
 * @module
 */
import { parseDevice } from "../config/device.ts";
import type { Command } from "../vpp/command.ts";

/** VPP's own socket of memif interfaces. */
const MEMIF_SOCKET = "/run/vpp/memif.sock";

/** Interfaces by VPP's names. */
export class VppInterfaces {
  /** VPP's name → ours and the device. */
  readonly #all = new Map<string, { name: string; device: string }>();
  readonly #memifSockets = new Map<string, string>([["0", MEMIF_SOCKET]]);

  /** As the configuration has them. */
  devices(): Record<string, { device: string }> {
    return Object.fromEntries(
      [...this.#all.values()].map(({ name, device }) => [name, { device }]),
    );
  }

  /** Reads a `create …` line. Null: it is an interface now; else why not. */
  create(words: string[]): string | null {
    const behind = (word: string) => {
      const at = words.indexOf(word);
      return at === -1 ? undefined : words[at + 1];
    };
    const line = words.join(" ");
    if (line.startsWith("create host-interface ")) {
      return this.#add(`host-${behind("name")}`, `af_packet:${behind("name")}`);
    }
    if (line.startsWith("create interface af_xdp ")) {
      const host = behind("host-if");
      return this.#add(behind("name") ?? `${host}/0`, `af_xdp:${host}`);
    }
    if (line.startsWith("create tap")) {
      const name = `tap${behind("id") ?? "0"}`;
      return this.#add(name, `tap:${behind("host-if-name") ?? name}`);
    }
    if (line.startsWith("create memif socket ")) {
      this.#memifSockets.set(behind("id") ?? "", behind("filename") ?? "");
      return null;
    }
    if (line.startsWith("create interface memif ")) {
      const socket = behind("socket-id") ?? "0";
      const name = `memif${socket}/${behind("id") ?? "0"}`;
      return this.#add(name, `memif:${this.#memifSockets.get(socket) ?? ""}`);
    }
    return "there is no device of that kind";
  }

  /** Reads what stands in the section `dpdk`. */
  dpdk(words: string[], leave: (what: string) => void): void {
    const stray: string[] = [];
    for (let at = 0; at < words.length; at++) {
      const [word, value, brace] = words.slice(at, at + 3);
      if (word !== "dev" || value === undefined) {
        stray.push(word!);
        continue;
      }
      const end = brace === "{" ? closing(words, at + 2) : at + 1;
      this.#dpdkDevice(value, words.slice(at + 3, end), leave);
      at = end;
    }
    if (stray.length > 0) leave(`dpdk { ${stray.join(" ")} }: it has no counterpart`);
  }

  #dpdkDevice(address: string, block: string[], leave: (what: string) => void): void {
    if (address === "default") return leave("dpdk { dev default { … } }: it has no counterpart");
    const named = block.indexOf("name");
    const name = named === -1 ? undefined : block[named + 1];
    const why = this.#add(name ?? `pci-${address.replaceAll(":", "-")}`, `pci:${address}`);
    if (why !== null) leave(`dpdk { dev ${address} }: ${why}`);
  }

  /** The command with our name of its interface. */
  rename(command: Command): Command {
    if (command.kind !== "snat") return command;
    return { ...command, interface: this.#find(command.interface) };
  }

  #find(vppName: string): string {
    const exact = this.#all.get(vppName);
    if (exact !== undefined) return exact.name;
    const place = /Ethernet([0-9a-f/]+)$/.exec(vppName)?.[1];
    const found = [...this.#all.values()].find(({ device }) => place === pciPlace(device));
    return found?.name ?? vppName;
  }

  #add(vppName: string, device: string): string | null {
    const name = vppName.replaceAll(/[^A-Za-z0-9_.-]/g, "-");
    try {
      const { text } = parseDevice(device);
      if (!/^[A-Za-z][A-Za-z0-9_.-]{0,31}$/.test(name)) {
        throw new Error(`${vppName} is no name here`);
      }
      const same = [...this.#all.values()].find((one) => one.device === text || one.name === name);
      if (same !== undefined) throw new Error(`${same.name} is ${same.device} already`);
      this.#all.set(vppName, { name, device: text });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Where the brace that opens at `at` closes; the end where it does not. */
function closing(words: string[], at: number): number {
  let depth = 0;
  for (let index = at; index < words.length; index++) {
    if (words[index] === "{") depth++;
    if (words[index] === "}" && --depth === 0) return index;
  }
  return words.length;
}

/** How VPP writes a PCI address into a name: `2/0/0` for 0000:02:00.0. */
function pciPlace(device: string): string | null {
  const [, domain, bus, slot, fn] =
    /^pci:([0-9a-f]{4}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(device) ?? [];
  if (domain === undefined) return null;
  const hex = [domain, bus!, slot!, fn!].map((digits) => parseInt(digits, 16));
  return (hex[0] === 0 ? hex.slice(1) : hex).map((part) => part.toString(16)).join("/");
}
