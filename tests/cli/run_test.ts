import assert from "node:assert/strict";
import { CONFIG, guideway, makeFolder, Program, writeConfig } from "./program.ts";

Deno.test("run says where packet buffers lie, where workers run and where it listens", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  assert.match(program.log, / memory=(hugepages|"ordinary: no hugepages are free") /);
  assert.match(program.log, / workers=1 cpus=(\d+|any) /);
  assert.match(
    program.log,
    /ready: packets flow url=http:\/\/127\.0\.0\.1:[1-9]\d* socket=\S+\/gw\.sock/,
  );
  assert.equal((await Deno.stat(program.socket)).mode! & 0o777, 0o600);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} stops it cleanly in under a second`, async () => {
    await using folder = await makeFolder();
    await using program = await Program.start(folder.path, CONFIG);
    // A connection that is kept alive must not hold it up.
    await (await program.fetch("/api/v1/status")).text();
    const { code, milliseconds } = await program.stop(signal);
    assert.equal(code, 0);
    assert.ok(milliseconds < 1000, `took ${milliseconds} ms`);
    await assert.rejects(Deno.lstat(program.socket), Deno.errors.NotFound);
    assert.match(program.log, / stopped: stopped\n$/);
  });
}

Deno.test("without --config the last stored revision goes on", async () => {
  await using folder = await makeFolder();
  {
    await using program = await Program.start(folder.path, CONFIG);
    await program.client.addServers("90.0.0.0/8", [{ address: "10.0.0.3" }]);
    await program.stop();
  }
  await using program = await Program.start(folder.path);
  const { config, revision } = await program.client.config();
  assert.equal(revision, 2);
  assert.deepEqual(config.vips[0]?.servers.map(({ address }) => address), [
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
  ]);
  assert.match(program.log, /last stored revision goes on revision=2/);
});

Deno.test("with --config the file is the truth at every start", async () => {
  await using folder = await makeFolder();
  {
    await using program = await Program.start(folder.path, CONFIG);
    await program.client.removeVip("90.0.0.0/8");
    await program.stop();
  }
  await using program = await Program.start(folder.path, CONFIG);
  const { config, revision } = await program.client.config();
  assert.equal(config.vips.length, 2);
  assert.equal(revision, 3, "what the file says is a new revision");
});

Deno.test("with nothing stored it starts empty and says so", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path);
  assert.match(program.log, /no configuration was stored yet: starting with an empty one/);
  assert.deepEqual((await program.client.config()).config.vips, []);
});

Deno.test("a second program on the same socket is refused, and the first goes on", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const args = ["--state", `${folder.path}/other`, "--socket", program.socket];
  const second = await guideway(["run", ...args, "--listen", "127.0.0.1:0"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /another program listens at \S+gw\.sock already/);
  assert.equal((await program.client.status()).revision, 1);
});

Deno.test("a second program on the same state folder is refused", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const args = ["--state", `${folder.path}/state`, "--socket", `${folder.path}/other.sock`];
  const second = await guideway(["run", ...args, "--listen", "127.0.0.1:0"]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /another program uses the state folder \S+\/state already/);
  assert.equal((await program.client.status()).store_problem, null);
});

Deno.test("a socket that a killed program left behind is replaced", async () => {
  await using folder = await makeFolder();
  {
    await using program = await Program.start(folder.path, CONFIG);
    await program.stop("SIGKILL");
    assert.ok((await Deno.lstat(program.socket)).isSocket);
  }
  await using program = await Program.start(folder.path);
  assert.equal((await program.client.status()).revision, 1);
});

Deno.test("a file in the socket's place is left alone", async () => {
  await using folder = await makeFolder();
  const socket = `${folder.path}/file`;
  await Deno.writeTextFile(socket, "mine");
  const { code, stderr } = await guideway(["run", "--socket", socket, "--state", folder.path]);
  assert.equal(code, 1);
  assert.match(stderr, /is there and no socket: not replaced/);
  assert.equal(await Deno.readTextFile(socket), "mine");
});

Deno.test("a port that is taken is told in a sentence", async () => {
  await using folder = await makeFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const args = ["--socket", `${folder.path}/s`, "--state", folder.path];
  const listen = `127.0.0.1:${taken.addr.port}`;
  const { code, stderr } = await guideway(["run", ...args, "--listen", listen]);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`cannot listen at ${listen}: another program listens there`));
});

for (const listen of ["0.0.0.0:8480", "192.0.2.1:8480", "[::]:8480", "8480", "127.0.0.1:99999"]) {
  Deno.test(`--listen ${listen} is wrong usage`, async () => {
    const { code, stderr } = await guideway(["run", "--listen", listen]);
    assert.equal(code, 2);
    assert.match(stderr, /^guideway: --listen: /);
  });
}

Deno.test("a configuration that cannot be is refused with every path before anything starts", async () => {
  await using folder = await makeFolder();
  const config = await writeConfig(folder.path, {
    vips: [{ prefix: "90.0.0.1/8" }, { prefix: "91.0.0.0/8", new_len: 1000 }],
  });
  const { code, stderr } = await guideway(["run", "--config", config, "--state", folder.path]);
  assert.equal(code, 4);
  assert.match(stderr, /vips\[0\]\.prefix: /);
  assert.match(stderr, /vips\[1\]\.new_len: /);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack");
});
