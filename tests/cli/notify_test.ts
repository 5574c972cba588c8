/** What a service manager hears of the program, at a real datagram socket. */
import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { startLog, stopLog } from "../../lib/log.ts";
import { simulate } from "../../lib/native.ts";
import { workersTurn } from "../../lib/serve/progress.ts";
import { ServiceManager, takeServicePlace } from "../../lib/serve/service_manager.ts";
import { keepWatch } from "../../lib/serve/watch.ts";
import { CONFIG, makeFolder, Program } from "./program.ts";
import { Receiver } from "./receiver.ts";

Deno.test("a service manager hears that packets flow, that all is well, and of the end", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/notify`;
  await using receiver = await Receiver.open(path);
  const env = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "400000" };
  await using program = await Program.start(folder.path, CONFIG, [], env);
  assert.equal(
    await receiver.next(),
    "READY=1\nSTATUS=forwarding by revision 1: VIPs 2, servers 3, interfaces 1",
  );
  assert.equal(await receiver.until("WATCHDOG"), "WATCHDOG=1");
  await program.client.removeVip("90.0.0.0/8");
  assert.match(await receiver.until("STATUS"), /forwarding by revision 2: VIPs 1, servers 1/);
  await receiver.until("WATCHDOG");
  await program.stop();
  assert.equal(await receiver.until("STOPPING"), "STOPPING=1\nSTATUS=stopping");
});

Deno.test("a program that cannot start never says that it is ready", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/notify`;
  await using receiver = await Receiver.open(path);
  const config = { ...CONFIG, interfaces: { net0: { device: "af_packet:gwnone0" } } };
  await assert.rejects(
    Program.start(folder.path, config, [], { NOTIFY_SOCKET: path }),
    /did not start \(4\)/,
  );
  await using program = await Program.start(folder.path, CONFIG, [], { NOTIFY_SOCKET: path });
  assert.match(await receiver.next(), /^READY=1\n/);
  await program.stop();
});

Deno.test("a socket that nobody listens at is told once, and is no reason to stop", async () => {
  await using folder = await makeFolder();
  const env = { NOTIFY_SOCKET: `${folder.path}/nobody`, WATCHDOG_USEC: "100000" };
  await using program = await Program.start(folder.path, CONFIG, [], env);
  assert.ok(await program.logged(/notify_failed: .*cannot send to \S+\/nobody/));
  assert.equal((await program.client.status()).revision, 1);
  await program.stop();
  assert.equal(program.log.match(/notify_failed/g)?.length, 1);
});

Deno.test("the place of the service manager is taken out of the environment", () => {
  const env = new Map([["NOTIFY_SOCKET", "@a"], ["WATCHDOG_USEC", "3000000"]]);
  assert.deepEqual(takeServicePlace(env), { socket: "@a", watchdogMs: 3000 });
  assert.deepEqual([...env], []);
  assert.deepEqual(takeServicePlace(env), { socket: null, watchdogMs: null });
});

Deno.test("a watchdog that is meant for another process is not this one's", () => {
  const env = new Map([["NOTIFY_SOCKET", "@a"], ["WATCHDOG_USEC", "9"], ["WATCHDOG_PID", "1"]]);
  assert.deepEqual(takeServicePlace(env), { socket: "@a", watchdogMs: null });
});

/** What is told, and logged, until such a text was told. */
async function watched(
  dataplane: Parameters<typeof keepWatch>[0]["dataplane"],
  socket: string,
  until: RegExp,
): Promise<{ told: string[]; lines: string[] }> {
  const told: string[] = [];
  const lines: string[] = [];
  const seen = Promise.withResolvers<void>();
  const manager = new ServiceManager({ socket: "@a", watchdogMs: 80 }, (_, text) => {
    told.push(text);
    if (until.test(text)) seen.resolve();
  });
  startLog({ format: "text", write: (line) => void lines.push(line) });
  try {
    using client = connectTo({ socket });
    using _watch = keepWatch({ dataplane, client, manager });
    await seen.promise;
  } finally {
    stopLog();
  }
  return { told, lines };
}

Deno.test("the watchdog hears nothing while a worker makes no progress", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  // Nobody turns the loop of a simulation's worker.
  await using dataplane = simulate();
  const { told } = await watched(dataplane, program.socket, /stuck/);
  assert.deepEqual(told, ["STATUS=worker 0 is stuck"]);
  await assert.rejects(workersTurn(dataplane, 20), /worker 0 does not run: no turn in 20 ms/);
});

Deno.test("the watchdog hears nothing while the server does not answer", async () => {
  await using folder = await makeFolder();
  await using simulation = simulate();
  const { workers, catalog } = simulation;
  let turns = 0;
  const dataplane = { workers, catalog, workerCounters: () => catalog.worker.map(() => ++turns) };
  const path = `${folder.path}/silent`;
  using _silent = Deno.listen({ transport: "unix", path });
  const { told, lines } = await watched(dataplane, path, /not answer/);
  assert.deepEqual(told, ["STATUS=the program's own socket does not answer"]);
  assert.match(lines[0]!, /error not_answering: .* error="no answer in 20 ms"$/);
});
