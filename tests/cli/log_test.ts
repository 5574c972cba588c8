/** What a real run logs for programs: an object a line. */
import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { RefusedError } from "../../lib/refused.ts";
import { CONFIG, guideway, makeFolder, writeConfig } from "./program.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** Runs until it is ready, acts, and gives what it logged until its end. */
async function logOf(
  folder: string,
  act: (socket: string, url: string) => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const config = await writeConfig(folder, CONFIG);
  const socket = `${folder}/gw.sock`;
  const place = ["--state", `${folder}/state`, "--socket", socket, "--listen", "127.0.0.1:0"];
  place.push("--flow-memory", "none");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "run", ...place, "--config", config],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines: Record<string, unknown>[] = [];
  let text = "";
  try {
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const whole = (text + part).split("\n");
      text = whole.pop()!;
      for (const line of whole) {
        lines.push(JSON.parse(line));
        if (lines.at(-1)!.event !== "ready") continue;
        await act(socket, String(lines.at(-1)!.url));
        child.kill("SIGINT");
      }
    }
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It ended by itself.
    }
    await child.status;
  }
  assert.equal(text, "", "the last line ends");
  return lines;
}

Deno.test("where nobody looks, a run is told from start to end in JSON, with who did what", async () => {
  await using folder = await makeFolder();
  const lines = await logOf(folder.path, async (socket, url) => {
    using client = connectTo({ socket });
    await client.setWeight("90.0.0.0/8", "10.0.0.1", 50);
    const wrong = client.setWeight("90.0.0.0/8", "10.0.0.1", 101);
    await assert.rejects(wrong, RefusedError);
    await client.addToken("ci", "read");
    await client.revokeToken("ci");
    const headers = { authorization: `Bearer gw_${"Q".repeat(43)}` };
    assert.equal((await fetch(`${url}/api/v1/status`, { headers })).status, 401);
    await fetch(`${url}/login`, {
      method: "POST",
      body: new URLSearchParams({ token: "wrong" }),
      headers: { origin: url },
    }).then((response) => response.text());
  });
  const found = (event: string) => {
    const all = lines.filter((line) => line.event === event);
    assert.equal(all.length, 1, `${event}: ${JSON.stringify(all)}`);
    const { time: _, text: __, ...rest } = all[0]!;
    return rest;
  };
  for (const line of lines) assert.match(String(line.time), /^\d{4}-.*Z$/);
  const names = lines.map(({ event }) => event);
  assert.deepEqual(names.slice(0, 2), ["start", "interface_opened"]);
  assert.deepEqual(names.slice(-2), ["stopping", "stopped"]);
  const start = found("start");
  assert.deepEqual([start.workers, start.state], [1, `${folder.path}/state`]);
  const port = found("interface_opened");
  assert.deepEqual([port.name, port.device, port.link], ["net0", "null", "up"]);
  const change = found("change");
  assert.deepEqual([change.revision, change.who], [2, "unix socket"]);
  assert.match(String(change.what), /10\.0\.0\.1.*50/);
  const refused = found("change_refused");
  assert.equal(refused.who, "unix socket");
  assert.match(String(refused.reason), /weight/);
  assert.deepEqual(found("token_revoked"), {
    level: "info",
    event: "token_revoked",
    name: "ci",
    who: "unix socket",
    from: `${folder.path}/gw.sock`,
  });
  assert.match(String(found("denied").reason), /this token is not known/);
  assert.match(String(found("login_failed").reason), /this form is not from a page/);
  assert.equal(found("stopping").reason, "SIGINT");
  assert.ok(!JSON.stringify(lines).includes("QQQQ"), "no secret in the log");
});

Deno.test("a start that fails says why in the log, too", async () => {
  await using folder = await makeFolder();
  const socket = `${folder.path}/file`;
  await Deno.writeTextFile(socket, "mine");
  const { code, stdout } = await guideway(["run", "--socket", socket, "--state", folder.path]);
  assert.equal(code, 1);
  const { event, error } = JSON.parse(stdout);
  assert.equal(event, "failed");
  assert.match(error, /is there and no socket: not replaced/);
});

Deno.test("a format of the log that is none is wrong usage", async () => {
  const { code, stderr } = await guideway(["run", "--log-format", "xml"]);
  assert.equal(code, 2);
  assert.equal(stderr, "guideway: --log-format: xml is none of text, json, auto\n");
});
