/**
 * Which running program a command talks to, and as whom.
 *
 * @module
 */
import type { Target } from "../connect.ts";
import { defaultSocket } from "../paths.ts";
import { isLoopback } from "../server/place.ts";
import { CommandError, usageError } from "./exit.ts";
import type { Command } from "./mod.ts";

/** What the command line gave. */
export interface TargetOptions {
  socket?: string | undefined;
  url?: string | undefined;
  tokenFile?: string | undefined;
  ca?: string | undefined;
}

const OPTIONS = [
  ["--url <url>", "a program elsewhere, such as https://lb.example:8443 (or GUIDEWAY_URL)"],
  ["--token-file <file>", "the token for it (or the token itself in GUIDEWAY_TOKEN)"],
  ["--ca <file>", "certificates that it is trusted by, besides the usual ones, PEM"],
] as const;

/** Has `--socket`, but is no client, or one of the unix socket alone. */
const HERE = ["run", "upgrade"];

/** Gives these options to every command that has `--socket`, but for some. */
export function addTargetOptions(command: Command): void {
  const asks = command.options.some(({ long }) => long === "--socket");
  if (asks && !HERE.includes(command.name())) {
    for (const [flags, description] of OPTIONS) command.option(flags, description);
  }
  for (const one of command.commands) addTargetOptions(one as unknown as Command);
}

/** The program that is meant. @throws {CommandError} wrong usage, or a file that cannot be read */
export function readTarget(options: TargetOptions): Target {
  const { socket, url = Deno.env.get("GUIDEWAY_URL"), tokenFile, ca } = options;
  if (socket !== undefined || !url) {
    const odd = Object.entries({ "--url": options.url, "--token-file": tokenFile, "--ca": ca })
      .find(([, value]) => value !== undefined)?.[0];
    if (odd === "--url") throw usageError("--socket and --url name two programs; give one");
    if (odd !== undefined) {
      throw usageError(`${odd} needs --url; the unix socket asks for no token`);
    }
    return { socket: socket ?? defaultSocket() };
  }
  const token = tokenFile === undefined
    ? Deno.env.get("GUIDEWAY_TOKEN")?.trim()
    : readFile("--token-file", tokenFile).trim();
  if (token !== undefined && !/^[\x21-\x7e]*$/.test(token)) {
    throw usageError(`${tokenFile ?? "GUIDEWAY_TOKEN"}: no token`);
  }
  return {
    url: readUrl(url),
    ...token ? { token } : {},
    ...ca === undefined ? {} : { ca: readFile("--ca", ca) },
  };
}

/** @throws {CommandError} for what would send the token where others read it */
function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search) {
    throw usageError(`--url: not like https://lb.example:8443: ${text}`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[(.*)\]$/, "$1"))) {
    throw usageError(`--url: ${text} would be read by others on the way; use https`);
  }
  return url.origin;
}

function readFile(option: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new CommandError(`${option}: cannot read ${path}: ${reason}`);
  }
}
