/**
 * A row of packets by `guideway replay`: the executable has no other door for frames. What a configuration cannot say
 * (several ports, a next hop's MTU, a removed server) is for the library alone.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Snapshot } from "../../lib/dataplane.ts";
import { formatAddress, formatMac } from "../../lib/net.ts";
import { readCapture } from "../../lib/pcap/mod.ts";
import type { VerdictLine } from "../../lib/replay.ts";
import { PROGRAM } from "../tools/self.ts";
import { classic, readerOf } from "./capture_bytes.ts";
import { HOP_MAC } from "./expected/link.ts";
import { givenOf, type ServerGiven, type Settings, type VipGiven } from "./tables.ts";

/** What became of a frame. */
export interface Replayed {
  verdict: string;
  /** Slot id. */
  server: number | null;
  output: Uint8Array | null;
  made: { frame: Uint8Array }[];
}

/** The configuration that leads to these tables; null where none does. */
export function configOf(tables: Snapshot): Record<string, unknown> | null {
  const given = givenOf(tables);
  if (given === null) return null;
  const { vips, settings } = given;
  const { source4, source6, entropy4, entropy6, ...others } = settings;
  const known: (keyof Settings)[] = ["timeout", "buckets", "guePort", "revision"];
  if (Object.keys(others).some((name) => !known.includes(name as keyof Settings))) return null;
  const [ip4, ip6] = [tables.ip4Source, tables.ip6Source];
  if (source4 === null || source6 === null || !ip4 || !ip6) return null;
  const list = vips.map(vipOf);
  if (list.includes(null)) return null;
  return {
    conf: {
      ip4_src_address: ip4.join("."),
      ip6_src_address: source6 ?? "2001:db8::10",
      ...entropy4 === undefined ? {} : { ip4_entropy: entropy4 },
      ...entropy6 === undefined ? {} : { ip6_entropy: entropy6 },
      gue_port: tables.guePort,
      buckets: tables.buckets,
      timeout: tables.timeout,
      hash_key: Array.from(tables.hashKey, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    },
    interfaces: { net0: { device: "null", next_hop: { mac: formatMac(HOP_MAC) } } },
    vips: list,
  };
}

function vipOf(vip: VipGiven): Record<string, unknown> | null {
  const protocols = new Map([[6, "tcp"], [17, "udp"]]);
  const servers = vip.servers.map((one): ServerGiven =>
    typeof one === "string" ? { address: one } : one
  );
  const odd = servers.some(({ hop, mtu, live, slot }) =>
    [hop, mtu, live, slot].some((value) => value !== undefined)
  );
  const protocol = vip.protocol === undefined ? undefined : protocols.get(vip.protocol);
  if (odd || vip.nodePort !== undefined || (vip.protocol !== undefined && !protocol)) return null;
  const encap = vip.encap ?? "gre4";
  const tunnel = ["gre4", "gre6", "ipip", "gue"].includes(encap);
  if (!tunnel && (vip.ttl !== undefined || vip.df !== undefined)) return null;
  return {
    prefix: vip.prefix,
    encap,
    ...protocol === undefined ? {} : { protocol },
    ...vip.port === undefined ? {} : { port: vip.port },
    ...vip.dscp === undefined && encap !== "l3dsr" ? {} : { dscp: vip.dscp ?? 0 },
    ...vip.targetPort === undefined ? {} : { target_port: vip.targetPort },
    ...vip.ttl === undefined ? {} : { ttl: vip.ttl },
    ...vip.df === undefined ? {} : { df: vip.df },
    new_len: vip.size ?? 1024,
    src_ip_sticky: vip.sticky ?? false,
    icmp_echo: vip.echo === false ? "forward" : "reply",
    servers: servers.map(({ address, weight = 100 }) => ({ address, weight })),
  };
}

/** Flows, fragments and limits of a row are long over when the next one comes. */
const BETWEEN_S = 100_000;

/** Replays rows of frames, one after the other; what became of the last frame of each. */
export async function byReplay(
  tables: Snapshot,
  config: Record<string, unknown>,
  rows: Uint8Array[][],
): Promise<Replayed[]> {
  const packets = rows.flatMap((row, at) =>
    row.map((data) => ({ seconds: 1 + at * BETWEEN_S, ticks: 0, data }))
  );
  const { lines, left } = await replay(config, classic(packets));
  const all = becameOf(tables, lines, left);
  const counts = rows.map(({ length }) => length);
  return counts.map((_, at) => all[counts.slice(0, at + 1).reduce((sum, n) => sum + n) - 1]!);
}

async function replay(config: Record<string, unknown>, capture: Uint8Array<ArrayBuffer>) {
  const folder = await Deno.makeTempDir();
  try {
    const file = (name: string) => `${folder}/${name}`;
    await Deno.writeTextFile(file("config.json"), JSON.stringify(config));
    await Deno.writeFile(file("in.pcap"), capture);
    const { code, stderr } = await new Deno.Command(PROGRAM, {
      args: [
        ...["replay", "--config", file("config.json"), "--in", file("in.pcap")],
        ...["--out", file("out.pcap"), "--verdicts", file("verdicts.jsonl")],
      ],
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const verdicts = await Deno.readTextFile(file("verdicts.jsonl"));
    const lines = verdicts.trim().split("\n").map((line): VerdictLine => JSON.parse(line));
    const left = readCapture(readerOf(await Deno.readFile(file("out.pcap")))).packets();
    return { lines, left: [...left].map(({ data }) => data) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What left because of a packet stands where that ends which left because of those before it. */
function becameOf(tables: Snapshot, lines: VerdictLine[], left: Uint8Array[]): Replayed[] {
  const slot = (server: string | null) =>
    tables.servers.find(({ address }) => formatAddress(address) === server)?.slot ?? null;
  let place = 0;
  return lines.map(({ verdict, server, output, made }) => {
    if (output !== null) assert.equal(output, place++);
    const own = left.slice(place, place += made).map((frame) => ({ frame }));
    const frame = output === null ? null : left[output]!;
    return { verdict, server: slot(server), output: frame, made: own };
  });
}

/** The bytes of a frame but its source: a replay's port has a MAC address of its own. */
export function withoutSource(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  copy.fill(0, 6, 12);
  return copy;
}
