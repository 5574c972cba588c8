/**
 * What of the command line a text is: which command its words name, and what may stand where it ends.
 *
 * @module
 */
import type { Command } from "../mod.ts";

/** A word that could stand there, and what it is. */
export interface Candidate {
  value: string;
  text: string;
}

/** What the end of a text wants. */
export type Wanted =
  | { what: "words"; candidates: Candidate[] }
  /** A value: of an option, or of an argument; `before`: the other arguments up to there. */
  | {
    what: "value";
    of: string;
    choices: readonly string[];
    path: string[];
    before: string[];
    options: ReadonlyMap<string, string>;
    /** What stands before the value in its own word: `--encap=`. */
    prefix: string;
  };

type Option = Command["options"][number];

/**
 * Walks along the words to the last one, which is being typed.
 *
 * @param words Without the program's own name.
 */
export function wantedAt(root: Command, words: readonly string[]): Wanted {
  if (words.length > 1 && words[0] === "help") return wantedAt(root, words.slice(1));
  let command = root;
  const path: string[] = [];
  const before: string[] = [];
  const options = new Map<string, string>();
  let literal = false;
  for (let at = 0; at < words.length - 1; at++) {
    const word = words[at]!;
    const option = literal ? undefined : optionOf(command, word);
    const next = command.commands.find((one) => one.name() === word);
    if (word === "--" && !literal) literal = true;
    else if (option !== undefined) {
      const last = at + 1 === words.length - 1;
      const taken = !word.includes("=") && takesWord(option, words[at + 1]!);
      if (taken && last) return valueOf(option, { path, before, options, prefix: "" });
      options.set(option.long ?? "", word.split("=")[1] ?? (taken ? words[at + 1]! : ""));
      if (taken) at++;
    } else if (next !== undefined && before.length === 0) {
      command = next as unknown as Command;
      path.push(word);
    } else if (literal || !word.startsWith("-")) before.push(word);
  }
  const current = words.at(-1) ?? "";
  const given = { path, before, options };
  return literal ? argument(command, given) : ending(command, current, given);
}

type Given = Pick<Wanted & { what: "value" }, "path" | "before" | "options">;

function ending(command: Command, current: string, given: Given): Wanted {
  const [, name, prefix] = /^((--[^=]+)=)/.exec(current) ?? [];
  const option = prefix === undefined ? undefined : optionOf(command, prefix);
  if (option !== undefined) return valueOf(option, { ...given, prefix: name! });
  const help = command.createHelp();
  if (current.startsWith("-")) {
    const all = help.visibleOptions(command as never) as Option[];
    return words(all.map(({ long, short, description }) => ({
      value: long ?? short ?? "",
      text: description,
    })));
  }
  if (command.commands.length === 0 || given.before.length > 0) return argument(command, given);
  return words(
    help.visibleCommands(command as never).map((one) => ({
      value: one.name(),
      text: help.subcommandDescription(one as never),
    })),
  );
}

function argument(command: Command, given: Given): Wanted {
  const all = command.registeredArguments;
  const last = all.at(-1);
  const one = all[given.before.length] ?? (last?.variadic ? last : undefined);
  if (one === undefined) return words([]);
  return { what: "value", of: one.name(), choices: one.argChoices ?? [], prefix: "", ...given };
}

function valueOf(option: Option, given: Given & { prefix: string }): Wanted {
  const [, name = ""] = /[<[]([^\]>]+)[\]>]/.exec(option.flags) ?? [];
  return {
    what: "value",
    of: `${option.long}=${name}`,
    choices: option.argChoices ?? [],
    ...given,
  };
}

function optionOf(command: Command, word: string): Option | undefined {
  const [name] = word.split("=");
  return command.options.find(({ long, short }) => name === long || name === short);
}

/** Whether the next word belongs to the option. */
function takesWord({ required, optional }: Option, next: string): boolean {
  return required || optional && /^[\d.]+$/.test(next);
}

function words(candidates: Candidate[]): Wanted {
  return { what: "words", candidates };
}
