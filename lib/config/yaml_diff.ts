/**
 * What differs between two configurations as lines of their YAML. VIPs and servers are found again by their names, so
 * that nothing differs only because it stands elsewhere.
 *
 * @module
 */
import type { Config, VipConfig } from "../config.ts";
import { type DiffLine, diffLines } from "../line_diff.ts";
import { vipName } from "../vip_name.ts";
import { formatYaml } from "../yaml.ts";

/** A part of the YAML in which something differs. */
export interface DiffBlock {
  /** Null: all that is no VIP. */
  vip: string | null;
  lines: DiffLine[];
}

/** All that differs. */
export interface YamlDiff {
  blocks: DiffBlock[];
  /** VIPs that are alike. */
  alike: number;
  /** VIPs that differ, too, behind the last block. */
  more: number;
}

/** @param most Blocks are added until they have so many lines. */
export function yamlDiff(from: Config, to: Config, most: number): YamlDiff {
  const diff: YamlDiff = { blocks: [], alike: 0, more: 0 };
  let left = most;
  const add = (vip: string | null, old: string[], now: string[]) => {
    const lines = diffLines(old, now);
    diff.blocks.push({ vip, lines });
    left -= lines.length;
  };
  const [settings, after] = [settingsOf(from), settingsOf(to)];
  if (settings !== after) add(null, linesOf(settings), linesOf(after));
  const [old, now] = [byName(from), byName(to)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)];
    const sorted = a && b ? inOrderOf(a, b) : b;
    if (JSON.stringify(a) === JSON.stringify(sorted)) diff.alike++;
    else if (left <= 0) diff.more++;
    else add(name, vipLines(a), vipLines(sorted));
  }
  return diff;
}

function byName(config: Config): Map<string, VipConfig> {
  return new Map(config.vips.map((vip) => [vipName(vip), vip]));
}

function settingsOf({ vips: _, ...settings }: Config): string {
  return formatYaml(settings);
}

/** As it stands in the whole. */
function vipLines(vip: VipConfig | undefined): string[] {
  return vip === undefined ? [] : linesOf(formatYaml({ vips: [vip] })).slice(1);
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

/** The VIP with its servers in the order that they had before; new ones follow. */
function inOrderOf(before: VipConfig, vip: VipConfig): VipConfig {
  const places = new Map(before.servers.map(({ address }, at) => [address, at]));
  const place = (address: string) => places.get(address) ?? places.size;
  const servers = vip.servers.toSorted((a, b) => place(a.address) - place(b.address));
  return { ...vip, servers };
}
