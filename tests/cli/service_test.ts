/** The program as a service: what is written, what systemd says of it, and what uninstall leaves. */
import assert from "node:assert/strict";
import { parseConfigText } from "../../lib/config.ts";
import { defaultFlowMemory } from "../../lib/paths.ts";
import type { ServiceOptions } from "../../lib/service/place.ts";
import { SKELETON } from "../../lib/service/skeleton.ts";
import { readUnit, unitText } from "../../lib/service/unit.ts";
import { guideway, makeFolder, Program } from "./program.ts";

const UNIT = "etc/systemd/system/guideway.service";

const OPTIONS: ServiceOptions = {
  config: "/etc/guideway/guideway.yaml",
  state: "/var/lib/guideway",
  listen: "127.0.0.1:8480",
  tls: null,
  requireToken: false,
  command: ["/usr/bin/guideway"],
};

async function service(root: string, ...words: string[]) {
  const outcome = await guideway(["service", ...words, "--root", root]);
  return { ...outcome, lines: outcome.stdout.trimEnd().split("\n") };
}

/** What `systemd-analyze` says of a unit; null where it is not there. */
async function analyze(unit: string, ...words: string[]): Promise<string | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
      args: [...words, unit],
      env: { SYSTEMD_COLORS: "0" },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, text);
    return text;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn("systemd-analyze is not there: apt-get install systemd");
    return null;
  }
}

Deno.test("install writes a unit, a configuration and a folder; a second one leaves what was edited", async () => {
  await using root = await makeFolder();
  const unit = `${root.path}/${UNIT}`;
  const config = `${root.path}/etc/guideway/guideway.yaml`;
  const state = `${root.path}/var/lib/guideway`;
  const first = await service(root.path, "install");
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(first.lines, [`${unit}: written`, `${config}: written`, `${state}: made`]);
  assert.equal((await Deno.stat(state)).mode! & 0o777, 0o700);
  assert.equal((await Deno.stat(config)).mode! & 0o777, 0o640);
  await Deno.writeTextFile(config, "workers: 2\n");
  const second = await service(root.path, "install", "--require-token");
  const kept = "kept: it was there";
  assert.deepEqual(second.lines, [`${unit}: written`, `${config}: ${kept}`, `${state}: ${kept}`]);
  assert.equal(await Deno.readTextFile(config), "workers: 2\n");
  assert.match(await Deno.readTextFile(unit), /^ExecStart=.* --require-token$/m);
});

Deno.test("a dry run prints all files and writes none", async () => {
  await using root = await makeFolder();
  const { stdout, code } = await service(root.path, "install", "--dry-run");
  assert.equal(code, 0);
  for (const line of [/guideway\.service: would be written/, /^ {4}Type=notify$/m]) {
    assert.match(stdout, line);
  }
  assert.match(stdout, /guideway\.yaml: would be written\n {4}# Guideway's configuration/);
  assert.deepEqual([...Deno.readDirSync(root.path)], []);
});

Deno.test("uninstall removes the unit and tells what it left; --purge leaves nothing of ours", async () => {
  await using root = await makeFolder();
  const at = (path: string) => `${root.path}/${path}`;
  await service(root.path, "install");
  const left = await service(root.path, "uninstall");
  assert.deepEqual(left.lines, [
    `${at(UNIT)}: removed`,
    `${at("etc/guideway/guideway.yaml")}: left; --purge removes it`,
    `${at("var/lib/guideway")}: left; --purge removes it`,
  ]);
  await assert.rejects(Deno.lstat(at(UNIT)), Deno.errors.NotFound);
  const again = await service(root.path, "uninstall");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /there is no \S+guideway\.service: nothing is installed/);
  await service(root.path, "install");
  for (
    const name of [
      "lock",
      "guideway.db",
      "guideway.db-wal",
      "guideway.db.damaged-1",
      "last-good.json",
    ]
  ) {
    await Deno.writeTextFile(at(`var/lib/guideway/${name}`), "");
  }
  await Deno.writeTextFile(at("var/lib/guideway/notes"), "another's");
  const flows = await defaultFlowMemory(await Deno.realPath(at("var/lib/guideway")));
  await Deno.mkdir(flows);
  const purged = await service(root.path, "uninstall", "--purge");
  assert.equal(purged.code, 0, purged.stderr);
  await assert.rejects(Deno.lstat(at("etc/guideway")), Deno.errors.NotFound);
  const rest = [...Deno.readDirSync(at("var/lib/guideway"))].map(({ name }) => name);
  await assert.rejects(Deno.lstat(flows), Deno.errors.NotFound, "flows in memory are gone, too");
  assert.deepEqual(rest, ["notes"], "what somebody else put there stays");
});

Deno.test("another's unit of that name is neither replaced nor removed", async () => {
  await using root = await makeFolder();
  const unit = `${root.path}/${UNIT}`;
  await Deno.mkdir(`${root.path}/etc/systemd/system`, { recursive: true });
  await Deno.writeTextFile(unit, "[Service]\nExecStart=/bin/true\n");
  for (const [word, end] of [["install", "replaced"], ["uninstall", "removed"]]) {
    const { code, stderr } = await service(root.path, word!);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`was not written by guideway: not ${end}\n$`));
  }
  assert.equal(await Deno.readTextFile(unit), "[Service]\nExecStart=/bin/true\n");
});

Deno.test("what run would refuse is refused at the install", async () => {
  await using root = await makeFolder();
  const open = await service(root.path, "install", "--listen", "0.0.0.0:8480");
  assert.equal(open.code, 2);
  assert.match(open.stderr, /--listen: 0\.0\.0\.0:8480 is not a loopback address/);
  const half = await service(root.path, "install", "--tls-cert", "a.pem");
  assert.match(half.stderr, /--tls-cert needs --tls-key FILE beside it/);
  assert.deepEqual([...Deno.readDirSync(root.path)], []);
});

Deno.test("systemd accepts the unit, and finds little that it may do beyond its work", async () => {
  await using root = await makeFolder();
  await service(root.path, "install");
  const unit = `${root.path}/${UNIT}`;
  const said = await analyze(unit, "verify");
  if (said === null) return;
  assert.equal(said, "");
  const security = await analyze(unit, "security", "--offline=true");
  const exposure = Number(/exposure level for guideway\.service: ([\d.]+)/.exec(security!)?.[1]);
  // 9.6 is a service without any of it.
  assert.ok(exposure < 4, security!);
});

Deno.test("systemd accepts a unit whose paths have spaces, percent signs and dollars", async () => {
  await using folder = await makeFolder();
  const program = `${folder.path}/guide way%d$HOME`;
  await Deno.writeTextFile(program, "#!/bin/sh\n");
  await Deno.chmod(program, 0o755);
  const text = unitText({ ...OPTIONS, command: [program], config: '/etc/a "b" $c.yaml' });
  const [line] = /^ExecStart=.*$/m.exec(text)!;
  assert.match(line, /^ExecStart="\S+guide way%%d\$HOME" run --config /);
  assert.ok(line.includes(String.raw` --config "/etc/a \"b\" $$c.yaml" --state`), line);
  await Deno.writeTextFile(`${folder.path}/guideway.service`, text);
  const said = await analyze(`${folder.path}/guideway.service`, "verify");
  if (said !== null) assert.equal(said, "");
});

Deno.test("the sandbox fits where the service's files lie and what it listens at", () => {
  const usual = unitText(OPTIONS);
  assert.match(usual, /^ProtectHome=yes$/m);
  assert.match(usual, /^PrivateTmp=yes$/m);
  assert.match(usual, /^StateDirectory=guideway$/m);
  assert.doesNotMatch(usual, /^ExecReload|CAP_NET_BIND_SERVICE|DENO_DIR/m);
  const home = unitText({ ...OPTIONS, command: ["/home/ann/deno", "run", "/home/ann/main.ts"] });
  assert.match(home, /^ProtectHome=read-only$/m);
  assert.match(home, /^Environment=DENO_DIR=/m);
  const tls = { cert: "/tmp/a.pem", key: "/tmp/b.pem" };
  const open = unitText({ ...OPTIONS, state: "/srv/lb", listen: "0.0.0.0:443", tls });
  assert.match(open, /^CapabilityBoundingSet=.* CAP_NET_BIND_SERVICE$/m);
  assert.match(open, /^ExecReload=\/bin\/kill -HUP \$MAINPID$/m);
  assert.match(open, /^ReadWritePaths=\/srv\/lb$/m);
  assert.match(open, /^PrivateTmp=no$/m);
});

Deno.test("a unit tells what was installed with it; another's tells nothing", () => {
  const { config, state } = OPTIONS;
  assert.deepEqual(readUnit(unitText(OPTIONS)), { config, state });
  const without = unitText({ ...OPTIONS, config: null });
  assert.deepEqual(readUnit(without), { config: null, state });
  assert.match(without, /^ExecStart=\/usr\/bin\/guideway run --state /m);
  assert.equal(readUnit("[Service]\nExecStart=/bin/true\n"), null);
});

Deno.test("the configuration to begin with runs as it is, and with its examples uncommented", () => {
  const empty = parseConfigText(SKELETON, "guideway.yaml");
  assert.deepEqual([empty.workers, empty.vips, empty.interfaces], [1, [], {}]);
  const whole = parseConfigText(SKELETON.replace(/^#(?! \S|$)/gm, ""), "guideway.yaml");
  assert.deepEqual(Object.keys(whole.interfaces), ["net0"]);
  assert.equal(whole.vips[0]?.servers.length, 2);
  assert.equal(whole.conf.ip4_src_address, "192.0.2.10");
});

Deno.test("what ExecStart says starts the program, from any folder", async () => {
  await using root = await makeFolder();
  const config = `${root.path}/guideway.yaml`;
  const state = `${root.path}/state`;
  await Deno.writeTextFile(config, SKELETON);
  const { code, stderr } = await guideway([
    ...["service", "install", "--root", `${root.path}/other`, "--config", config],
    ...["--state", state, "--listen", "127.0.0.1:0"],
  ]);
  assert.equal(code, 0, stderr);
  const unit = await Deno.readTextFile(`${root.path}/other/${UNIT}`);
  const words = /^ExecStart=(.*)$/m.exec(unit)![1]!.split(" ");
  words.push("--log-format", "text", "--flow-memory", "none");
  const socket = `${root.path}/gw.sock`;
  await using program = await Program.startAs(words, socket, { DENO_DIR: `${root.path}/cache` });
  assert.equal((await program.client.status()).revision, 1);
});
