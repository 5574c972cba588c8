/** `guideway doctor` as it is typed: on a copy of a machine, and on this one. */
import assert from "node:assert/strict";
import { plant } from "./machine_tree.ts";
import { CONFIG, guideway, makeFolder, Program, writeConfig } from "./program.ts";

/** A server that does not answer, behind an interface without a fixed next hop. */
const LOST = {
  conf: { ip4_src_address: "192.0.2.1" },
  interfaces: { back: { device: "af_packet:eth1" } },
  vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.2" }] }],
};

const TREE = {
  "sys/class/net/eth1/operstate": "up\n",
  "sys/class/net/eth1/mtu": "1500\n",
  "commands/ip -j route get 10.0.0.2": '[{"dst":"10.0.0.2","dev":"eth1"}]',
  "commands/ip -j neigh show": '[{"dst":"10.0.0.2","dev":"eth1","state":["FAILED"]}]',
};

Deno.test("doctor tells what is bad, why, and what to type, and ends with 1", async () => {
  await using root = await makeFolder();
  await plant(root.path, TREE);
  const config = await writeConfig(root.path, LOST);
  const words = ["doctor", "--config", config, "--sys-root", root.path];
  const { code, stdout, stderr } = await guideway(words);
  assert.equal(code, 1);
  assert.equal(stderr, "");
  assert.match(
    stdout,
    /^BAD {3}neighbours +10\.0\.0\.2 on eth1 does not answer ARP\n {6}packets to that server are dropped as drop_no_next_hop\n {8}ping -c 3 -I eth1 10\.0\.0\.2/m,
  );
  assert.match(stdout, /^ok {4}interfaces +eth1 is up$/m);
  assert.match(stdout, /: 1 bad, \d+ warnings, \d+ notes, \d+ ok\n$/);
  const json = await guideway([...words, "--problems", "--json"]);
  assert.equal(json.code, 1);
  const { findings } = JSON.parse(json.stdout);
  // deno-lint-ignore no-explicit-any -- JSON
  const [bad] = findings.filter(({ state }: any) => state === "bad");
  assert.deepEqual(Object.keys(bad), ["name", "state", "found", "why", "type"]);
  // deno-lint-ignore no-explicit-any -- JSON
  assert.ok(!findings.some(({ state }: any) => state === "ok"));
});

Deno.test("doctor looks at this machine for the program that runs here", async () => {
  await using folder = await makeFolder();
  await using program = await Program.start(folder.path, CONFIG);
  const { code, stdout, stderr } = await program.guideway("doctor");
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, new RegExp(`the machine for ${program.socket}: 0 bad`));
  assert.match(stdout, /next hops of 3 servers are known/);
});

Deno.test("doctor without a configuration says so; a wrong one is refused", async () => {
  await using folder = await makeFolder();
  const env = { GUIDEWAY_SOCKET: `${folder.path}/none` };
  const alone = await guideway(["doctor"], env);
  assert.equal(alone.code, 0, alone.stdout);
  assert.match(alone.stderr, /no program answers at \S+\/none: only the machine is looked at/);
  const wrong = await writeConfig(folder.path, { workers: 0 });
  const refused = await guideway(["doctor", "--config", wrong], env);
  assert.equal(refused.code, 4);
  assert.match(refused.stderr, /workers/);
});
