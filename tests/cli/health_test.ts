import assert from "node:assert/strict";
import { freePort, httpServer } from "../lib/health_servers.ts";
import { guideway, makeFolder, Program } from "./program.ts";

const CONFIG = {
  conf: { ip4_src_address: "192.0.2.10" },
  interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
  vips: [{
    prefix: "90.0.0.0/8",
    servers: [{ address: "127.0.0.1" }, { address: "127.0.0.2" }],
  }],
};

Deno.test("a check is set by command, tells who is down, and is taken away", async () => {
  await using server = httpServer(() => 200);
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const words = `http,port=${server.port},path=/healthz,expect=200+204,interval=0.2,fall=1,rise=1`;
  const set = await program.guideway("vip", "set", "90.0.0.0/8", "--health", words);
  assert.equal(set.code, 0, set.stderr);
  assert.ok(await program.logged(/server_down: a server is down .*server="?127\.0\.0\.2/));

  const { stdout } = await program.guideway("health");
  assert.match(stdout, /^1 up, 1 down$/m);
  assert.match(
    stdout,
    new RegExp(
      `^90.0.0.0/8 +127.0.0.2 +down .* http :${server.port}/healthz +HTTP 127.0.0.2.*refused$`,
      "m",
    ),
  );
  const down = JSON.parse((await program.guideway("health", "--state", "down", "--json")).stdout);
  assert.deepEqual(down.servers.map(({ address }: { address: string }) => address), ["127.0.0.2"]);
  assert.match((await program.guideway("status")).stdout, /^health +1 up, 1 down$/m);
  assert.match((await program.guideway("server", "list")).stdout, /127\.0\.0\.2 +active +down/);
  assert.match((await program.guideway("vip", "list")).stdout, /checked by http :\d+\/healthz/);

  const other = `tcp,port=${freePort()},interval=60`;
  assert.equal((await program.guideway("vip", "set", "90.0.0.0/8", "--health", other)).code, 0);
  const { health } = await program.client.vip("90.0.0.0/8");
  assert.deepEqual(
    [health?.type, health?.path, health?.fall],
    ["tcp", null, 3],
    "all is said anew",
  );
  await program.guideway("vip", "set", "90.0.0.0/8", "--health", "none");
  assert.match((await program.guideway("health")).stdout, /^2 unchecked$/m);
});

Deno.test("words that are no check are refused by name", async () => {
  const rows: [string, RegExp][] = [
    ["http,intervall=1", /intervall is no field of a check; write interval$/m],
    ["http,port", /port has no value; write port=…$/m],
    ["http,port=eighty", /port is a number, not eighty$/m],
  ];
  for (const [words, pattern] of rows) {
    const { code, stderr } = await guideway(["vip", "set", "90.0.0.0/8", "--health", words]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, pattern);
  }
});
