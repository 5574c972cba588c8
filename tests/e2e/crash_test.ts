import assert from "node:assert/strict";
import { CONFIG, makeFolder, Program } from "../cli/program.ts";

const LIBRARY = new URL("../../build/libguideway_crash.so", import.meta.url).pathname;
const NEAR = `gwc${Deno.pid}a`, FAR = `gwc${Deno.pid}b`;

async function system(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args }).output();
  assert.ok(success, `${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

/** Two ends of a cable. */
async function makeLink(): Promise<AsyncDisposable> {
  await system("ip", "link", "add", NEAR, "type", "veth", "peer", "name", FAR);
  await system("ip", "link", "set", NEAR, "up");
  await system("ip", "link", "set", FAR, "up");
  return { [Symbol.asyncDispose]: () => system("ip", "link", "del", NEAR) };
}

Deno.test({
  name: "a crash of a worker leaves behind where it was, and the next start tells of it",
  ignore: Deno.uid() !== 0,
  fn: async () => {
    await system("make", "-C", new URL("../../shim", import.meta.url).pathname, "crash");
    await using folder = await makeFolder();
    await using _link = await makeLink();
    const config = { ...CONFIG, interfaces: { net0: { device: `af_packet:${NEAR}` } } };
    const state = `${folder.path}/state`;
    {
      Deno.env.set("GUIDEWAY_LIBRARY", LIBRARY);
      await using program = await Program.start(folder.path, config)
        .finally(() => Deno.env.delete("GUIDEWAY_LIBRARY"));
      program.signal("SIGUSR2");
      // A few packets: the first one is its last.
      const ping = new Deno.Command("ping", {
        args: ["-6", "-c", "20", "-i", "0.2", "-W", "1", `ff02::1%${FAR}`],
        stdout: "null",
        stderr: "null",
      }).spawn();
      const { code } = await program.ended;
      ping.kill();
      await ping.status;
      assert.equal(code, 128 + 11, "as whoever had the signal before wants it");
    }
    const [name] = [...Deno.readDirSync(state)].map(({ name }) => name)
      .filter((name) => name.startsWith("crash-"));
    const report = Deno.readTextFileSync(`${state}/${name}`);
    assert.match(report, /^guideway [\d.]+ crashed: SIGSEGV, address 0x8, instruction 0x/);
    assert.match(report, /\nworker 0\nstep flow\nrevision 1\npackets of the burst [1-9]\d*\n/);
    assert.match(
      report,
      /\npacket 0, verdict \d+, server 0, \d+ bytes: 33 33( [0-9a-f]{2}){30,}\n/,
    );
    assert.equal(Deno.statSync(`${state}/${name}`).mode! & 0o777, 0o600);
    await using program = await Program.start(folder.path);
    const { start_notes } = await program.client.status();
    assert.match(start_notes.join(), /crashed at .*: SIGSEGV, worker 0, step flow, revision 1/);
    assert.match(program.log, /crashed/);
  },
});
