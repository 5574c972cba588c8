/**
 * The values that can stand for an option or an argument: words of the language, files, or names that the running program
 * knows.
 *
 * @module
 */
import { SCOPES } from "../../caller.ts";
import type { Client } from "../../client.ts";
import { ENCAPS } from "../../dataplane.ts";
import { TOPICS } from "../../events.ts";
import { SPANS } from "../../history.ts";
import type { Candidate, Wanted } from "./tree.ts";

/** What a shell offers: words, or what it finds by itself. */
export type Offer = { what: "words"; candidates: Candidate[] } | { what: "files" | "folders" };

type Value = Wanted & { what: "value" };

/** Names of one answer; whoever has more of them types another letter. */
const NAMES = 1000;

const WORDS: Record<string, readonly string[]> = {
  "--encap=encap": [...ENCAPS],
  "--df=policy": ["copy", "set", "clear"],
  "--icmp-echo=what": ["reply", "forward"],
  "--type=type": ["clusterip", "nodeport"],
  "--scope=scope": SCOPES,
  "--state=state": ["active", "draining", "removed"],
  "--log-format=format": ["text", "json", "auto"],
  "--span=span": SPANS,
  "--nat-vip=kind": ["prefix", "address"],
  "protocol": ["tcp", "udp", "icmp"],
};

const FILES = new Set(["file", "pcap", "jsonl", "path"]);

type Ask = (client: Client, typed: string, value: Value) => Promise<Candidate[]>;

const ASKED: Record<string, Ask> = {
  "prefix": vips,
  "vip": vips,
  "--vip=vip": vips,
  "proto/port": (client, _typed, { before }) => ports(client, before[0] ?? ""),
  "--server=address": (client, typed, { options }) =>
    servers(client, typed, options.get("--vip") ?? null),
  "revision": revisions,
  "to": revisions,
  "--if-match=revision": revisions,
  "words": serverWords,
  "name": async (client) =>
    (await client.tokens()).tokens.map(({ name, scope }) => ({ value: name, text: scope })),
};

/** VPP's lines are completed by their own grammar. */
const VPP = new Set(["lb", "show", "set", "test"]);

/** What fits what was typed. @throws where the program is asked and does not answer */
export async function offer(wanted: Wanted, typed: string, client: () => Client): Promise<Offer> {
  if (wanted.what === "words") return words(wanted.candidates, typed, "");
  const { of, prefix, choices, path } = wanted;
  const rest = typed.slice(prefix.length);
  const kind = of.split("=").at(-1)!;
  if (of.startsWith("--") || !VPP.has(path[0] ?? "")) {
    if (FILES.has(kind)) return { what: "files" };
    if (kind === "dir") return { what: "folders" };
  } else return words(await vppWords(client(), wanted, rest), rest, prefix);
  if (of === "--topics=topics") return words(topics(rest), rest, prefix);
  const known = choices.length > 0 ? choices : WORDS[of];
  if (known !== undefined) return words(known.map((value) => ({ value, text: "" })), rest, prefix);
  const ask = ASKED[of];
  return words(ask === undefined ? [] : await ask(client(), rest, wanted), rest, prefix);
}

function words(candidates: Candidate[], typed: string, prefix: string): Offer {
  const fitting = candidates.filter(({ value }) => value.startsWith(typed));
  return {
    what: "words",
    candidates: fitting.map(({ value, text }) => ({ value: prefix + value, text })),
  };
}

/** The last of a list with commas. */
function topics(typed: string): Candidate[] {
  const given = typed.split(",").slice(0, -1);
  return TOPICS.filter((topic) => !given.includes(topic)).map((topic) => ({
    value: [...given, topic].join(","),
    text: "",
  }));
}

async function vips(client: Client, typed: string): Promise<Candidate[]> {
  const { vips } = await client.vips({ search: typed, limit: NAMES });
  return vips.map(({ name, encap, servers }) => ({
    value: name,
    text: `${encap}, ${servers.length} servers`,
  }));
}

/** The protocols and ports of VIPs with that prefix. */
async function ports(client: Client, prefix: string): Promise<Candidate[]> {
  const { vips } = await client.vips({ search: prefix, limit: NAMES });
  return vips.flatMap(({ name, encap }) => {
    const [first, port] = name.split(" ");
    return first === prefix && port !== undefined ? [{ value: port, text: encap }] : [];
  });
}

async function servers(client: Client, typed: string, vip: string | null): Promise<Candidate[]> {
  const all = vip === null
    ? (await client.servers({ search: typed, limit: NAMES })).servers
    : (await client.vip(vip)).servers;
  const seen = new Map(all.map(({ address, state, weight }) => [
    address,
    { value: address, text: `${state}, weight ${weight}` },
  ]));
  return [...seen.values()];
}

/** A VIP, its protocol and port where it has one, then its servers. */
async function serverWords(client: Client, typed: string, value: Value): Promise<Candidate[]> {
  const { before: [first, second], path } = value;
  if (first === undefined) return await vips(client, typed);
  const narrowed = second !== undefined && /^[a-z]+\/\d+$/.test(second);
  const vip = narrowed ? `${first} ${second}` : first;
  const beyond = value.before.length - (narrowed ? 2 : 1);
  if (beyond > 0) return [];
  const narrowings = narrowed ? [] : await ports(client, first);
  // Those that are there are no servers to add.
  if (path[1] === "add") return narrowings;
  const there = await servers(client, typed, vip).catch(() => []);
  return [...narrowings, ...there];
}

async function revisions(client: Client): Promise<Candidate[]> {
  const { revisions } = await client.revisions({ limit: 100 });
  return revisions.map(({ number, created, comment }) => ({
    value: String(number),
    text: `${created.slice(0, 16).replace("T", " ")} ${comment}`,
  }));
}

async function vppWords(client: Client, { path, before }: Value, typed: string) {
  const { tabWords } = await import("../../vpp/complete.ts");
  const config = await client.config().then(({ config }) => config, () => null);
  const line = [path[0], ...before, typed].join(" ");
  return tabWords(line, config).words.map((value) => ({ value, text: "" }));
}
