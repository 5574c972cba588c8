import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";
import { Terminal } from "./terminal.ts";
import { forBash, readBashLine } from "../../lib/cli/completions/bash_line.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** What Tab would offer behind these words, the last of which is being typed. */
async function offered(program: Program, ...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await program.guideway("completions", "words", "--", ...words);
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]!);
}

Deno.test("commands, options and choices are offered, also without a program", async () => {
  const run = async (...words: string[]) =>
    (await guideway(["completions", "words", "--", ...words], { GUIDEWAY_SOCKET: "/nowhere" }))
      .stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]);
  assert.deepEqual(await run("sta"), ["words", "status"]);
  assert.deepEqual(await run("server", "w"), ["words", "weight"]);
  assert.deepEqual(await run("help", "rep"), ["words", "replay"]);
  assert.deepEqual(await run("counters", "--w"), ["words", "--watch"]);
  assert.deepEqual(await run("vip", "add", "90.0.0.0/8", "--encap", "gre"), [
    "words",
    "gre4",
    "gre6",
  ]);
  assert.deepEqual(await run("vip", "add", "--df=c"), ["words", "--df=copy", "--df=clear"]);
  assert.deepEqual(await run("events", "--topics", "drops,st"), ["words", "drops,store"]);
  assert.deepEqual(await run("apply", ""), ["files"]);
  assert.deepEqual(await run("run", "--state", ""), ["folders"]);
  assert.deepEqual(await run("lb", "v"), ["words", "vip"]);
  assert.deepEqual(await run("vip", "show", ""), ["words"]);
  assert.deepEqual(await run("nonsense", ""), ["words"]);
});

Deno.test("names come from the running program", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  await program.client.setWeight("90.0.0.0/8", "10.0.0.2", 5);
  const run = (...words: string[]) => offered(program, ...words);
  assert.deepEqual(await run("vip", "show", ""), ["words", "90.0.0.0/8", "2002::/16 tcp/80"]);
  assert.deepEqual(await run("vip", "set", "2002::/16", ""), ["words", "tcp/80"]);
  assert.deepEqual(await run("flows", "--vip", "20"), ["words", "2002::/16 tcp/80"]);
  assert.deepEqual(await run("flows", "--vip", "90.0.0.0/8", "--server", ""), [
    "words",
    "10.0.0.1",
    "10.0.0.2",
  ]);
  assert.deepEqual(await run("server", "weight", "2002::/16", "tcp/80", ""), [
    "words",
    "2001:db8:1::1",
  ]);
  assert.deepEqual(await run("server", "remove", "2002::/16 tcp/80", ""), [
    "words",
    "2001:db8:1::1",
  ]);
  assert.deepEqual(await run("revision", "diff", ""), ["words", "2", "1"]);
  assert.deepEqual(await run("lb", "as", "90.0.0.0/8", "10.0.0.1"), ["words", "10.0.0.1"]);
  assert.deepEqual(await run("set", "interface", "nat4", "in", ""), ["words", "net0"]);
});

Deno.test("a line of bash is taken apart as bash does, and words are quoted for it", () => {
  const rows: [string, string[], string][] = [
    ["guideway ", ["guideway", ""], "90.0.0.0/8\\ tcp/80"],
    ["guideway vip show 90", ["guideway", "vip", "show", "90"], "90.0.0.0/8\\ tcp/80"],
    ["g vip 90.0.0.0/8\\ t", ["g", "vip", "90.0.0.0/8 t"], "90.0.0.0/8\\ tcp/80"],
    ['g "90.0', ["g", "90.0"], "90.0.0.0/8 tcp/80"],
    ["g 'a b' c", ["g", "a b", "c"], "90.0.0.0/8\\ tcp/80"],
  ];
  for (const [line, words, quoted] of rows) {
    const read = readBashLine(line);
    assert.deepEqual(read.words, words, line);
    assert.equal(forBash("90.0.0.0/8 tcp/80", read, " :="), quoted, line);
  }
  assert.equal(forBash("2002::/16 tcp/80", readBashLine("g 2002:"), " :="), ":/16\\ tcp/80");
  assert.equal(forBash("2002::/16", readBashLine("g 2002:"), " "), "2002::/16");
  assert.equal(forBash("--encap=gre4", readBashLine("g --encap=g"), " :="), "gre4");
});

/** A shell at a terminal, with `guideway` in its PATH and the completion loaded. */
async function openShell(
  program: Program,
  folder: string,
  words: string[],
  load: string,
): Promise<Terminal> {
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  const file = `${folder}/bin/guideway`;
  await Deno.writeTextFile(file, `#!/bin/sh\nexec ${[PROGRAM, ...WORDS].join(" ")} "$@"\n`);
  await Deno.chmod(file, 0o755);
  const terminal = new Terminal([], {
    folder,
    columns: 160,
    program: words,
    env: {
      HOME: folder,
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
      GUIDEWAY_SOCKET: program.socket,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
  });
  await terminal.type(`${load}; echo lo''aded\r`);
  await terminal.until(/^loaded/m);
  return terminal;
}

const SHELLS: [string, string[], string, string][] = [
  [
    "bash",
    ["bash", "--norc", "--noprofile", "-i"],
    "PS1='> '; . <(guideway completions bash)",
    "\\ ",
  ],
  [
    "zsh",
    ["zsh", "-f", "-i"],
    "PS1='> '; autoload -U compinit; compinit -u; . <(guideway completions zsh)",
    "\\ ",
  ],
  [
    "fish",
    ["fish", "--no-config", "-i"],
    "function fish_prompt; echo '> '; end; guideway completions fish | source",
    "\\ ",
  ],
];

for (const [shell, words, load, space] of SHELLS) {
  Deno.test(`Tab in ${shell} completes commands, options, and names with space in them`, async () => {
    await using folder = await makeFolder();
    await using program = await Program.start(folder.path, CONFIG);
    await Deno.writeTextFile(`${folder.path}/some-config.yaml`, "{}");
    await using terminal = await openShell(program, folder.path, words, load);
    /** Types, presses Tab, waits for the line; Enter runs it. */
    const tab = async (typed: string, line: string) => {
      await terminal.type(typed);
      await terminal.until((lines) => lines.join("\n").includes(typed.trimEnd()));
      await terminal.type("\t");
      await terminal.until((lines) => lines.join("\n").includes(line));
    };
    await tab("guideway revi", "guideway revision ");
    await tab("li", "guideway revision list ");
    await tab("--js", "guideway revision list --json");
    await terminal.type("\r");
    await terminal.until(/"cursor": null/);
    await tab("guideway vip table 20", `guideway vip table 2002::/16${space}tcp/80`);
    await terminal.type("\r");
    await terminal.until(/^2002::\/16 tcp\/80 {2}1024 slots/m);
    await tab("guideway server weight 2002::/16 tcp/80 2001:d", "tcp/80 2001:db8:1::1");
    await terminal.type(" 7\r");
    await terminal.until(/revision 2 runs/);
    await tab(`guideway apply ${folder.path}/some-c`, "/some-config.yaml");
    const vip = await program.client.vip("2002::/16 tcp/80");
    assert.equal(vip.servers[0]?.weight, 7);
  });
}
