/** The examples below each command's help are true: each is carried out. */
import assert from "node:assert/strict";
import { createProgram } from "../../lib/cli/mod.ts";
import type { Command } from "../../lib/cli/mod.ts";
import { examplesOf } from "../../lib/cli/examples.ts";
import { spellOutWatch } from "../../lib/cli/spell_out.ts";
import { VERBS } from "../../lib/cli/verbs.ts";
import { readBashLine } from "../../lib/cli/completions/bash_line.ts";
import { CommandRunner } from "./command_runner.ts";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";
import { classic } from "../packets/capture_bytes.ts";
import { at, IN } from "./replay_folder.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** Examples that need ports, cards, namespaces, a terminal, another machine or version, a program that was stopped, or somebody who ends them. */
const NOT_RUN =
  /^guideway (run|demo|bench|decap|top|events|restore|nic (un)?bind|upgrade \/usr)\b|--url/;

interface Named {
  path: string[];
  command: Command;
  examples: readonly string[];
}

/** Every command that help shows, from the tree itself. */
async function commands(): Promise<Named[]> {
  const trees = await Promise.all(VERBS.map(async ({ name }) => {
    const program = await createProgram([name]);
    const verb = program.commands.find((one) => one.name() === name)!;
    return named([name], verb as unknown as Command);
  }));
  return trees.flat();
}

function named(path: string[], command: Command): Named[] {
  const hidden = (one: object) => (one as { _hidden?: boolean })._hidden === true;
  return [
    { path, command, examples: examplesOf(command) },
    ...command.commands.filter((one) => !hidden(one)).flatMap((one) =>
      named([...path, one.name()], one as unknown as Command)
    ),
  ];
}

Deno.test("every command has an example, which its help shows, and which is of it", async () => {
  for (const { path, command, examples } of await commands()) {
    const name = path.join(" ");
    assert.notEqual(examples.length, 0, `${name} has no example`);
    for (const example of examples) assert.ok(example.includes(`guideway ${name}`), example);
    let help = "";
    command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
    for (const example of examples) assert.ok(help.includes(`  ${example}\n`), example);
  }
});

/** They print JSON, and read nothing that runs. */
const NO_READING = ["bench", "demo", "token add", "token revoke", "upgrade"];

Deno.test("every command that reads has --json and --watch", async () => {
  const reading = (await commands()).filter(({ path, command }) => {
    const has = (long: string) => command.options.some((option) => option.long === long);
    return has("--socket") && !has("--dry-run") && !NO_READING.includes(path.join(" ")) &&
      !["run", "top", "shell"].includes(path[0]!);
  });
  assert.ok(reading.length > 12);
  for (const { path, command } of reading) {
    for (const long of ["--json", "--watch"]) {
      const there = command.options.some((option) => option.long === long);
      assert.ok(there, `${path.join(" ")} has no ${long}`);
    }
  }
});

/** The words behind `guideway`, without where its output goes. */
function wordsOf(example: string): string[] {
  const [line = ""] = example.slice(example.indexOf("guideway ")).split(" > ");
  return readBashLine(line).words.slice(1);
}

Deno.test("every example is one that the command line takes", async () => {
  for (const { examples } of await commands()) {
    for (const example of examples) {
      const words = spellOutWatch(wordsOf(example));
      const program = await createProgram(words);
      let ran = 0;
      for (const { command } of named([], program)) command.action(() => void ran++);
      await program.parseAsync(words, { from: "user" });
      assert.equal(ran, 1, example);
    }
  }
});

/** A folder with all that the examples name. */
async function furnish(folder: string): Promise<void> {
  const bin = `${folder}/bin`;
  await Deno.mkdir(bin);
  for (const path of [".local/share/bash-completion/completions", ".zfunc"]) {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
  }
  await Deno.mkdir(`${folder}/.config/fish/completions`, { recursive: true });
  const scripts = {
    "guideway": `exec ${[PROGRAM, ...WORDS].join(" ")} "$@"`,
    "ipvsadm-save":
      "echo '-A -t 192.0.2.80:80 -s mh'; echo '-a -t 192.0.2.80:80 -r 10.0.0.1:80 -i -w 1'",
  };
  for (const [name, text] of Object.entries(scripts)) {
    await Deno.writeTextFile(`${bin}/${name}`, `#!/bin/sh\n${text}\n`);
    await Deno.chmod(`${bin}/${name}`, 0o755);
  }
  await Deno.copyFile(`${bin}/guideway`, `${folder}/guideway`);
  await Deno.writeTextFile(`${folder}/guideway.yaml`, JSON.stringify(CONFIG));
  await Deno.writeTextFile(`${folder}/lb.txt`, "lb vip 93.0.0.0/8\nlb as 93.0.0.0/8 10.0.0.1\n");
  await Deno.writeTextFile(
    `${folder}/startup.conf`,
    "lb conf ip4-src-address 192.0.2.1\nlb vip 94.0.0.0/8 encap gre4\n",
  );
  const capture = classic(IN.map((data, second) => at(1000 + second, data)));
  await Deno.writeFile(`${folder}/in.pcap`, capture);
}

/** What has no end is looked at once, or twice. */
function ending(example: string): string {
  const once = /--watch/.test(example) && !/--count/.test(example) ? " --count 1" : "";
  return example.replace(/( > .*)?$/, `${once}$1`).replace("--count 12", "--count 2")
    .replace("--watch 5", "--watch 0.1");
}

function environment(folder: string, socket: string): Record<string, string> {
  return {
    HOME: folder,
    DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
    GUIDEWAY_SOCKET: socket,
    NO_COLOR: "1",
  };
}

/** Runs it as somebody would, at a shell. */
async function atShell(line: string, folder: string, socket: string) {
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", `set -o pipefail; ${line}`],
    cwd: folder,
    env: environment(folder, socket),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

Deno.test("every example does what it says, on a program with two VIPs", async (t) => {
  await using folder = await makeFolder();
  await furnish(folder.path);
  await using program = await Program.start(folder.path, CONFIG);
  const { client } = program;
  await client.setWeight("90.0.0.0/8", "10.0.0.1", 50);
  await using runner = new CommandRunner(
    folder.path,
    environment(folder.path, program.socket),
  );
  const all = (await commands()).flatMap(({ examples }) => examples);
  for (const example of new Set(all.filter((one) => !NOT_RUN.test(one)))) {
    await t.step(example, async () => {
      await Deno.writeTextFile(`${folder.path}/guideway.yaml`, JSON.stringify(CONFIG));
      const { revision } = await client.replaceConfig(CONFIG);
      const line = ending(example).replace(/--if-match \d+/, `--if-match ${revision}`);
      const { code, stderr } = / [|>] |shell/.test(line)
        ? await atShell(line, folder.path, program.socket)
        : await runner.run(wordsOf(line));
      assert.equal(code, 0, stderr);
    });
  }
});

Deno.test("guideway --help fits a screen, and teaches the first steps and every command", async () => {
  const { stdout } = await guideway(["--help"]);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length < 50, `${lines.length} lines`);
  for (const line of lines) assert.ok(line.length <= 80, line);
  for (const { name } of VERBS) assert.match(stdout, new RegExp(`^ .*\\b${name}\\b`, "m"));
  assert.match(stdout, /first three steps:\n {2}guideway run .*\n {2}guideway server add/);
});

Deno.test("what is nearly a command or an option is told which it may be", async () => {
  const rows: [string[], RegExp][] = [
    [["statu"], /^guideway: unknown command 'statu'\n\(Did you mean status\?\)/],
    [["vip", "lst"], /Did you mean list\?/],
    [["status", "--jsn"], /Did you mean --json\?/],
  ];
  for (const [args, words] of rows) {
    const { code, stderr } = await guideway(args);
    assert.equal(code, 2);
    assert.match(stderr, words);
  }
});
