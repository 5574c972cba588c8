/**
 * A VPP startup or exec script as a configuration.
 *
 * @module
 */
import type { Command } from "../vpp/command.ts";
import { LineError } from "../vpp/line_error.ts";
import { readCommand } from "../vpp/reading.ts";
import { type Line, readLines } from "../vpp/words.ts";
import { assemble, type Imported, type Sources } from "./assemble.ts";
import type { Note } from "./note.ts";
import { VppInterfaces } from "./vpp_interfaces.ts";
import { type Section, splitSections } from "./vpp_sections.ts";

/** Why lines have no counterpart, by their first words. */
const REASONS: [string, string][] = [
  ["set interface state", "an interface of the configuration is up"],
  ["set interface mtu", "the MTU is the device's own: ip link set dev DEVICE mtu N"],
  ["set interface ip address", "addresses are the kernel's: ip address add A/LEN dev DEVICE"],
  ["ip route", "next hops come from the kernel's routes: ip route add PREFIX via GATEWAY"],
  ["set ip neighbor", "neighbours are the kernel's: ip neigh replace A lladdr MAC dev DEVICE"],
  ["ip neighbor", "neighbours are the kernel's: ip neigh replace A lladdr MAC dev DEVICE"],
  ["show", "it changes nothing"],
  ["lb flush", "a new program remembers no flows"],
  ["test", "a new program remembers no flows"],
];

/** Its `lb` lines and what of its interfaces has a counterpart; a note for each other line. */
export function importVpp(text: string, sources: Sources = {}): Imported {
  const { lines, sections } = splitSections(readLines(text));
  const interfaces = new VppInterfaces();
  const notes: Note[] = [];
  const workers = readSections(sections, interfaces, notes);
  const commands = lines.flatMap((line) => readLine(line, interfaces, notes));
  const devices = interfaces.devices();
  if (Object.keys(devices).length === 0) {
    const message =
      "no interface was found; write interfaces: { net0: { device: af_packet:eth1 } }";
    notes.push({ line: 0, message });
  }
  const imported = assemble({ conf: sources, ...workers, interfaces: devices }, commands);
  return { config: imported.config, notes: [...notes, ...imported.notes] };
}

/** What the line does, unless it makes an interface or is left out. */
function readLine(line: Line, interfaces: VppInterfaces, notes: Note[]): Command[] {
  const words = line.map(({ text }) => text);
  const leave = (why: string) => {
    notes.push({ line: line[0].line, message: `left out: ${words.join(" ")}: ${why}` });
    return [];
  };
  if (words[0] === "create") {
    const why = interfaces.create(words);
    return why === null ? [] : leave(why);
  }
  const reason = REASONS.find(([start]) => `${words.join(" ")} `.startsWith(`${start} `));
  if (reason !== undefined) return leave(reason[1]);
  const ours = words[0] === "lb" || /^set interface nat[46] /.test(words.join(" "));
  if (!ours) return leave("it has no counterpart");
  try {
    return [interfaces.rename(readCommand(line))];
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return leave(error.message);
  }
}

/** Devices of the section `dpdk`, workers of `cpu`; notes for the others. */
function readSections(
  sections: Section[],
  interfaces: VppInterfaces,
  notes: Note[],
): { workers?: number } {
  let workers: { workers?: number } = {};
  for (const { name, line, words } of sections) {
    const leave = (what: string) => notes.push({ line, message: `left out: ${what}` });
    if (name === "dpdk") interfaces.dpdk(words, leave);
    else if (name === "cpu") workers = readCpu(words, leave);
    else if (name === "unix" && words.includes("exec")) {
      leave(`unix { … }: it has no counterpart; import ${words[words.indexOf("exec") + 1]}, too`);
    } else leave(`${name} { … }: it has no counterpart`);
  }
  return workers;
}

function readCpu(words: string[], leave: (what: string) => void): { workers?: number } {
  const behind = (word: string) =>
    words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
  const count = Number(behind("workers") ?? countCores(behind("corelist-workers") ?? ""));
  const which = "cpu { … }: the program chooses its cores itself";
  if (!Number.isInteger(count) || count < 1) {
    leave(which);
    return {};
  }
  const workers = Math.min(count, 32);
  leave(`${which}; workers: ${workers}`);
  return { workers };
}

/** How many cores `2-3,18` are. */
function countCores(list: string): number {
  return list.split(",").reduce((sum, range) => {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
    return first === undefined ? sum : sum + Math.max(0, Number(last) - Number(first) + 1);
  }, 0);
}
