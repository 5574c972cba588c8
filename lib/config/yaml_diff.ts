/**
 * What differs between two configurations as lines of their YAML. VIPs and servers are found again by their names, so
 * that nothing differs only because it stands elsewhere.
 *
 * @module
 */
import type { Config, ServerConfig, VipConfig } from "../config.ts";
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
  const add = (vip: string | null, lines: DiffLine[]) => {
    diff.blocks.push({ vip, lines });
    left -= lines.length;
  };
  const [settings, after] = [settingsOf(from), settingsOf(to)];
  if (settings !== after) add(null, diffLines(linesOf(settings), linesOf(after)));
  const [old, now] = [byName(from), byName(to)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)];
    if (a && b && isAlike(a, b)) diff.alike++;
    else if (left <= 0) diff.more++;
    else add(name, vipDiff(a, b));
  }
  return diff;
}

function byName(config: Config): Map<string, VipConfig> {
  return new Map(config.vips.map((vip) => [vipName(vip), vip]));
}

function settingsOf({ vips: _, ...settings }: Config): string {
  return formatYaml(settings);
}

/** As both stand in the whole; servers one by one, so that none is mixed up with the next. */
function vipDiff(a: VipConfig | undefined, b: VipConfig | undefined): DiffLine[] {
  const [old, now] = [byAddress(a), byAddress(b)];
  const servers = [...new Set([...old.keys(), ...now.keys()])].flatMap((address) =>
    diffLines(serverLines(old.get(address)), serverLines(now.get(address)))
  );
  return [...diffLines(headLines(a), headLines(b)), ...servers];
}

/** All but the servers. */
function headLines(vip: VipConfig | undefined): string[] {
  if (vip === undefined) return [];
  const { servers, ...fields } = vip;
  const last = servers.length === 0 ? "    servers: []" : "    servers:";
  return [...linesOf(formatYaml({ vips: [fields] })).slice(1), last];
}

function serverLines(server: ServerConfig | undefined): string[] {
  return server === undefined ? [] : linesOf(formatYaml([server])).map((line) => `      ${line}`);
}

function byAddress(vip: VipConfig | undefined): Map<string, ServerConfig> {
  return new Map((vip?.servers ?? []).map((server) => [server.address, server]));
}

function isAlike(a: VipConfig, b: VipConfig): boolean {
  const sorted = (vip: VipConfig) => ({
    ...vip,
    servers: vip.servers.toSorted((a, b) => a.address < b.address ? -1 : 1),
  });
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}
