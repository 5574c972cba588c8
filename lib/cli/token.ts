import { type Scope, SCOPES } from "../caller.ts";
import type { TokenView } from "../question.ts";
import type { Command } from "./mod.ts";
import { connect, JSON_OPTION, SOCKET_OPTION } from "./client.ts";
import { addExamples } from "./examples.ts";
import { usageError } from "./exit.ts";
import { print, printJson, say, table } from "./output.ts";
import { COUNT_OPTION, read, WATCH_OPTION } from "./watch.ts";

/** `guideway token add|list|revoke`. */
export function register(program: Command): void {
  const token = program.command("token")
    .description("Tokens of those who ask from elsewhere: make, list, revoke.");
  const parent = token as unknown as Command;
  registerAdd(parent);
  registerList(parent);
  registerRevoke(parent);
  addExamples(token, ["token add ci --scope operate", "token list", "token revoke ci"]);
}

function registerAdd(token: Command): void {
  const add = token.command("add")
    .description(
      "Make a token and print its secret, this once.\n" +
        "read looks; operate looks after servers of VIPs: adds, removes, weighs, drains, flushes\n" +
        "them, and rolls back; admin may everything.",
    )
    .argument(...NAME)
    .requiredOption("--scope <scope>", SCOPES.join(", "))
    .option("--expires <time>", "a time, such as 2099-01-31, or from now on: 12h, 90d")
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (name, options) => {
      const scope = readScope(options.scope);
      const expires = options.expires === undefined ? null : readTime(options.expires);
      using client = connect(options);
      const made = await client.addToken(name, scope, expires);
      if (options.json) return printJson(made);
      print(made.secret);
      say(`token ${name} may ${scope}; this is the only time that its secret is shown`);
    });
  addExamples(add, ["token add ci --scope operate", "token add ann --scope admin --expires 90d"]);
}

function registerList(token: Command): void {
  const list = token.command("list")
    .description("Tokens, without their secrets; revoked ones too.")
    .option(...WATCH_OPTION)
    .option(...COUNT_OPTION)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (options) => {
      await read(options, {
        ask: (client) => client.tokens(),
        text: ({ value: { tokens } }) => table(COLUMNS, tokens.map(row)),
      });
    });
  addExamples(list, ["token list"]);
}

function registerRevoke(token: Command): void {
  const revoke = token.command("revoke")
    .description("Refuse a token from now on; sessions that began with it end.")
    .argument(...NAME)
    .option(...JSON_OPTION)
    .option(...SOCKET_OPTION)
    .action(async (name, options) => {
      using client = connect(options);
      const revoked = await client.revokeToken(name);
      if (options.json) return printJson(revoked);
      say(`token ${name} is revoked`);
    });
  addExamples(revoke, ["token revoke ci"]);
}

const NAME = ["<name>", "whose it is or what it is for"] as const;
const COLUMNS = ["NAME", "SCOPE", "STATE", "CREATED", "EXPIRES", "LAST USED"];

function row({ name, scope, state, created, expires, last_used }: TokenView): string[] {
  const when = (time: string | null) => time?.slice(0, 16).replace("T", " ") ?? "never";
  return [name, scope, state, when(created), when(expires), when(last_used)];
}

function readScope(text: string): Scope {
  const scope = SCOPES.find((one) => one === text);
  if (scope !== undefined) return scope;
  throw usageError(`--scope: ${text} is none of ${SCOPES.join(", ")}`);
}

const MILLISECONDS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as ISO 8601. @throws {CommandError} also for what is past */
function readTime(text: string): string {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const time = unit === undefined
    ? /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
    : Date.now() + Number(count) * MILLISECONDS[unit]!;
  if (Number.isNaN(time)) {
    throw usageError(`--expires: ${text} is neither a time, such as 2099-01-31, nor 12h or 90d`);
  }
  if (time <= Date.now()) throw usageError(`--expires: ${text} is past`);
  return new Date(time).toISOString();
}
