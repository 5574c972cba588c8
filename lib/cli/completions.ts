import type { Command } from "./mod.ts";
import { connect } from "./client.ts";
import { forBash, readBashLine } from "./completions/bash_line.ts";
import { SCRIPTS, type Shell, SHELLS } from "./completions/scripts.ts";
import { wantedAt } from "./completions/tree.ts";
import { type Offer, offer } from "./completions/values.ts";
import { addExamples } from "./examples.ts";
import { print, write } from "./output.ts";

/** Who presses Tab does not wait longer for a program. */
const PATIENCE_MS = 2000;

/** The whole command line, with the command loaded that the words name. */
type Tree = (words: string[]) => Promise<Command>;

/** `guideway completions bash|zsh|fish`. */
export function register(program: Command, tree: Tree): void {
  const completions = program.command("completions")
    .description("Print what makes Tab complete commands, options and names in a shell.");
  for (const shell of SHELLS) {
    const command = completions.command(shell)
      .description(WHERE[shell])
      .action(() => write(SCRIPTS[shell]));
    addExamples(command, EXAMPLES[shell]);
  }
  completions.command("words", { hidden: true })
    .argument("[words...]")
    .option("--line <text>")
    .option("--breaks <letters>")
    .action(async (words, options) => {
      const line = options.line === undefined ? null : readBashLine(options.line);
      const typed = line?.words.slice(1) ?? words;
      const found = await offerOf(await tree(typed), typed);
      if (found.what !== "words") return print(found.what);
      const lines = found.candidates.map(({ value, text }) =>
        line === null ? `${value}\t${oneLine(text)}` : forBash(value, line, options.breaks ?? "")
      );
      print(["words", ...lines].join("\n"));
    });
  addExamples(completions, SHELLS.flatMap((shell) => EXAMPLES[shell]));
}

/** Nothing, rather than an error, where the program does not answer. */
async function offerOf(tree: Command, words: string[]): Promise<Offer> {
  const wanted = wantedAt(tree, words);
  const given = (option: string) =>
    wanted.what === "value" ? wanted.options.get(option) : undefined;
  using client = connect({
    socket: given("--socket"),
    url: given("--url"),
    tokenFile: given("--token-file"),
    ca: given("--ca"),
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const nothing: Offer = { what: "words", candidates: [] };
  const late = new Promise<Offer>((resolve) => timer = setTimeout(resolve, PATIENCE_MS, nothing));
  const found = offer(wanted, words.at(-1) ?? "", () => client).catch(() => nothing);
  return await Promise.race([found, late]).finally(() => clearTimeout(timer));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

const WHERE: Record<Shell, string> = {
  bash: "For bash: load it in ~/.bashrc, or save it where bash-completion looks.",
  zsh:
    "For zsh: load it in ~/.zshrc behind compinit, or save it as _guideway in a folder of fpath.",
  fish: "For fish: save it among its completions.",
};

const EXAMPLES: Record<Shell, string[]> = {
  bash: ["completions bash > ~/.local/share/bash-completion/completions/guideway"],
  zsh: ["completions zsh > ~/.zfunc/_guideway"],
  fish: ["completions fish > ~/.config/fish/completions/guideway.fish"],
};
