import assert from "node:assert/strict";
import { Site } from "../routes/site.ts";
import { CONFIG, guideway, makeFolder, Program } from "./program.ts";
import { Terminal } from "./terminal.ts";
import { textWidth } from "../../lib/cli/width.ts";

function top(socket: string, folder: string, rows = 24, columns = 80, env = {}): Terminal {
  return new Terminal(["top", "--socket", socket], { folder, rows, columns, env });
}

/** The frame stands still: no line is wider than the screen, the keys are at the bottom. */
function inOrder(terminal: Terminal, columns: number): void {
  const lines = terminal.lines();
  for (const line of lines) assert.ok(textWidth(line) <= columns, line);
  assert.match(lines[0]!, /^guideway \d/);
  assert.match(lines.at(-1)!, / q( end)?$/);
}

Deno.test("top shows the program, its VIPs, and the servers of one, at any size", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  await using terminal = top(program.socket, folder.path);
  await terminal.until(/^guideway .* revision 1 +1 worker +2 VIPs +3 servers .*\d\d:\d\d:\d\d$/m);
  await terminal.until(/^net0 +up 10\.0G +0 +0 +0 +0$/m);
  await terminal.until(/^› 90\.0\.0\.0\/8 +gre4 +2 +0 +0 +0$/m);
  await terminal.until(/^ {2}2002::\/16 tcp\/80 +gre6 +1 /m);
  inOrder(terminal, 80);

  await terminal.type("j");
  await terminal.until(/^› 2002::\/16 tcp\/80/m);
  await terminal.type("\x1b[A\r");
  await terminal.until(/^› 10\.0\.0\.1 +active +100 +50\.0% +\d\d\.\d% +0 +0 +0$/m);
  await terminal.until(/^ {2}10\.0\.0\.2 /m);
  await program.client.setWeight("90.0.0.0/8", "10.0.0.2", 0);
  await terminal.until(/^ {2}10\.0\.0\.2 +draining +0 +0\.0% +0\.0% /m);
  await terminal.until(/^[:\d]{8} +change +revision 2: server\.weight/m);
  await program.client.removeVip("90.0.0.0/8");
  await terminal.until(/no VIP 90\.0\.0\.0\/8.*; trying again/);
  await terminal.type("\x1b");
  await terminal.until((lines) =>
    lines.some((line) => /^› 2002::/.test(line)) && !lines.join().includes("trying again")
  );

  await terminal.resize(60, 200);
  await terminal.until(/^ {2}VIP .* DETAILS/m);
  await terminal.until((lines) => / s sort {2}p pause {2}\? help {2}q end$/.test(lines[59]!));
  inOrder(terminal, 200);
  await terminal.resize(24, 80);
  await terminal.until((lines) => / q$/.test(lines[23]!));
  inOrder(terminal, 80);
  await terminal.resize(5, 30);
  await terminal.until((lines) => /VIPs/.test(lines[4]!));
  await terminal.type("q");
  assert.equal((await terminal.ended()).code, 0);
});

Deno.test("top leaves the terminal as it was, whatever ends it", async (t) => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const ends: [string, (terminal: Terminal) => Promise<void>][] = [
    ["q", (terminal) => terminal.type("q")],
    ["Ctrl-C", (terminal) => terminal.type("\x03")],
    ["SIGTERM", (terminal) => terminal.kill("SIGTERM")],
    ["SIGHUP", (terminal) => terminal.kill("SIGHUP")],
    ["SIGQUIT", (terminal) => terminal.kill("SIGQUIT")],
  ];
  for (const [name, end] of ends) {
    await t.step(name, async () => {
      await using terminal = top(program.socket, folder.path);
      await terminal.until(/^› 90\.0\.0\.0/m);
      assert.ok(terminal.alternate);
      await end(terminal);
      const { code, stty } = await terminal.ended();
      assert.equal(code, 0);
      assert.ok(!terminal.alternate);
      assert.ok(terminal.written.endsWith("\x1b[?7h\x1b[?25h\x1b[?1049l"));
      assert.match(stty, / icanon .* echo /s);
    });
  }
});

Deno.test("top filters, sorts, pauses and explains itself", async () => {
  await using folder = await makeFolder();
  await using site = await Site.open();
  await using terminal = top(site.socket, folder.path);
  await terminal.until(/^› 90\.0\.0\.0/m);
  await terminal.type("/2002");
  await terminal.until((lines) => lines.at(-1)!.startsWith("/2002"));
  await terminal.type("\r");
  await terminal.until(/^VIPs with 2002 +1 of 1 /m);
  await terminal.until(/^› 2002::\/16 tcp\/80/m);
  await terminal.type("/\x15nowhere\r");
  await terminal.until(/^ *no VIP holds nowhere$/m);
  await terminal.type("\x1b");
  await terminal.until(/^VIPs +1 of 2/m);

  await terminal.type("sss");
  await terminal.until(/sorted by flows/);
  site.traffic(30, "[2002::1]:80");
  await terminal.until((lines) => {
    const list = lines.filter((line) => /^[› ] (90|2002)/.test(line));
    return /2002::.* 30 /.test(list[0] ?? "") && /90\./.test(list[1] ?? "");
  });

  await terminal.type("p");
  await terminal.until(/PAUSED/);
  await terminal.type("?");
  await terminal.until(/^Keys$[^]*p +pause/m);
  inOrder(terminal, 80);
  await terminal.type("x");
  await terminal.until((lines) => !lines.includes("Keys"));
  await terminal.type("p");
  await terminal.until((lines) => !lines.join().includes("PAUSED"));
  await terminal.type("q");
  assert.equal((await terminal.ended()).code, 0);
});

Deno.test("drops that move are named, with a sparkline", async () => {
  await using folder = await makeFolder();
  await using site = await Site.open();
  await using terminal = top(site.socket, folder.path, 40, 120);
  await terminal.until(/^nothing is dropped$/m);
  await terminal.until(/^drops +0\/s +▁▁/m);
  site.traffic(7, "[2002::1]:81");
  await terminal.until(/^drops .*▁█/m);
  await terminal.until(/^drop_no_port +[\d.]+\/s {2}dropped: /m);
  await terminal.until(/drops +drop_no_port started/);
  inOrder(terminal, 120);
});

Deno.test("colours are the terminal's 16, and none where nobody wants them", async () => {
  await using folder = await makeFolder();
  await using site = await Site.open();
  // deno-lint-ignore no-control-regex
  const sgr = /\x1b\[(?!0m)[\d;]*m/g;
  for (const NO_COLOR of ["", "1"]) {
    await using terminal = top(site.socket, folder.path, 24, 80, { NO_COLOR });
    await terminal.until(/^› 90\.0\.0\.0/m);
    const styles = new Set(terminal.written.match(sgr));
    if (NO_COLOR === "1") assert.deepEqual([...styles], []);
    else assert.ok(styles.has("\x1b[7m"));
    for (const style of styles) assert.ok(style.length <= 5, style);
  }
});

Deno.test("a program that goes away is told, and shown again when it is back", async () => {
  await using folder = await makeFolder();
  const first = await Program.start(folder.path, CONFIG);
  await using terminal = top(first.socket, folder.path);
  await terminal.until(/^› 90\.0\.0\.0/m);
  await first.stop();
  await terminal.until(/^nothing answers at .*$[^]*^› 90\.0\.0\.0/m);
  await using _second = await Program.start(folder.path, { ...CONFIG, vips: [CONFIG.vips[1]] });
  await terminal.until((lines) =>
    lines.some((line) => /^› 2002::/.test(line)) && !lines.join().includes("nothing answers")
  );
});

Deno.test("10,000 VIPs are at hand: the last, the found, and their servers", async () => {
  await using folder = await makeFolder();
  const vips = Array.from({ length: 10_000 }, (_, at) => ({
    prefix: `90.1.${at >> 8}.${at & 255}/32`,
    new_len: 16,
    servers: [{ address: "10.0.0.1" }],
  }));
  await using site = await Site.open({ ...CONFIG, vips });
  await using terminal = top(site.socket, folder.path);
  await terminal.until(/^› 90\.1\.0\.0\/32/m);
  await terminal.until(/^VIPs +1 of 10000 /m);
  await terminal.type("G");
  await terminal.until(/^› 90\.1\.39\.15\/32/m);
  await terminal.type("/.38.7/\r");
  await terminal.until(/^› 90\.1\.38\.7\/32/m);
  await terminal.type("\r");
  await terminal.until(/^› 10\.0\.0\.1 +/m);
  await terminal.type("q");
  assert.equal((await terminal.ended()).code, 0);
});

Deno.test("top needs a program and a terminal, and says what to do without", async () => {
  await using folder = await makeFolder();
  const { code, stderr } = await guideway(["top"]);
  assert.equal(code, 2);
  assert.match(stderr, /top needs a terminal; "guideway status --watch" does without/);
  await using terminal = top(`${folder.path}/none`, folder.path);
  assert.equal((await terminal.ended()).code, 3);
  assert.ok(!terminal.alternate);
  assert.match(terminal.written, /"guideway run"/);
});
