/** The executable where there is nothing else, and how soon it forwards. */
import assert from "node:assert/strict";
import { until } from "../e2e/lab.ts";
import { Net } from "../e2e/lab_net.ts";
import type { DemoResult } from "../../lib/demo/run.ts";
import { classic } from "../packets/capture_bytes.ts";
import { ethernet, ipv4, udp } from "../packets/frame.ts";
import { emptyRoot, EXE, exeTest, outcome, within } from "./empty_root.ts";

const MAC = "02:00:00:00:00:09";
const configOf = (device: string, mac = MAC) =>
  JSON.stringify({
    conf: { ip4_src_address: "192.0.2.10" },
    interfaces: { net0: { device, next_hop: { mac } } },
    vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }],
  });
const FLOW = { from: "203.0.113.7", to: "90.1.2.3", sport: 40001, dport: 80 };
const FRAME = ethernet(ipv4({ from: FLOW.from, to: FLOW.to, protocol: 17 }, udp(FLOW)));

exeTest("with the C library alone it shows its help, replays a capture and measures", async () => {
  await using root = await emptyRoot();
  await Deno.writeTextFile(`${root.path}/config.json`, configOf("null"));
  await Deno.writeFile(`${root.path}/in.pcap`, classic([{ seconds: 1, ticks: 0, data: FRAME }]));
  for (
    const [args, pattern] of [
      [["--help"], /Usage: guideway COMMAND/],
      [
        ["replay", "--config", "config.json", "--in", "in.pcap", "--out", "out.pcap"],
        /1 forwarded/,
      ],
      [["bench", "--flows", "2000", "--seconds", "0.1", "--buckets", "4096"], /hit +2000/],
    ] as const
  ) {
    const { code, stdout, stderr } = await outcome(within(root.path, [...args]));
    assert.equal(code, 0, stderr);
    assert.match(stdout + stderr, pattern);
  }
}, true);

exeTest(
  "with the C library alone it runs, and serves REST and the console with all it needs",
  async () => {
    await using root = await emptyRoot();
    await Deno.writeTextFile(`${root.path}/config.json`, configOf("null"));
    const files = ["--config", "config.json", "--state", "/state", "--socket", "/gw.sock"];
    files.push("--listen", "127.0.0.1:0", "--log-format", "text");
    const [program = "", ...args] = within(root.path, ["run", ...files]);
    await using run = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let log = "";
    const reading = (async () => {
      for await (const part of run.stdout.pipeThrough(new TextDecoderStream())) log += part;
    })();
    try {
      const url = await until(
        "ready",
        20,
        () => Promise.resolve(/ ready: .*url=(\S+)/.exec(log)?.[1]?.replaceAll('"', "")),
      );
      const page = await (await fetch(`${url}/`)).text();
      const places = [...new Set(page.match(/\/static\/[\w.-]+/g))];
      assert.ok(
        places.some((place) => place.endsWith(".js")),
        `${places}`,
      );
      assert.ok(places.some((place) => place.endsWith(".css")), `${places}`);
      for (const place of places) {
        const answer = await fetch(url + place);
        assert.equal(answer.status, 200, place);
        assert.ok((await answer.bytes()).length > 0, place);
      }
      const { code, stdout, stderr } = await outcome(
        within(root.path, ["status", "--socket", "/gw.sock"]),
      );
      assert.equal(code, 0, stderr);
      assert.match(stdout, /DPDK .*\n/);
      assert.doesNotMatch(log, /without scripts|[Dd]eprecat/);
    } finally {
      run.kill("SIGTERM");
      assert.equal((await run.status).code, 0);
      await reading;
    }
  },
  true,
);

exeTest("with the C library alone it finds next hops", async () => {
  await using net = await Net.open(["gw", "peer"]);
  await net.link({ host: "gw", device: "eth0", addresses: ["192.0.2.10/24"] }, {
    host: "peer",
    device: "eth0",
    addresses: ["192.0.2.1/24"],
  });
  await net.ip("gw", "route add 10.0.0.0/24 via 192.0.2.1");
  await using root = await emptyRoot();
  const config = {
    ...JSON.parse(configOf("null")),
    interfaces: { net0: { device: "af_packet:eth0" } },
  };
  await Deno.writeTextFile(`${root.path}/config.json`, JSON.stringify(config));
  const mac = (await net.shell("peer", "cat /sys/class/net/eth0/address")).trim();
  const files = ["--config", "config.json", "--state", "/state", "--socket", "/gw.sock"];
  files.push("--listen", "127.0.0.1:0", "--log-format", "text", "--flow-memory", "none");
  const program = net.start("Guideway", "gw", within(root.path, ["run", ...files]));
  const found = new RegExp(` next_hop_found: .*server="?10\\.0\\.0\\.1"? .*mac="?${mac}`);
  await until("the next hop", 20, () => Promise.resolve(found.test(program.words)));
  await program.stop();
}, true);

exeTest(
  "an af_xdp port says which package it needs, where its libraries are not there",
  async () => {
    await using root = await emptyRoot();
    await Deno.writeTextFile(`${root.path}/config.json`, configOf("af_xdp:lo"));
    const files = ["--config", "config.json", "--state", "/state", "--socket", "/gw.sock"];
    const { code, stderr } = await outcome(
      within(root.path, ["run", ...files, "--listen", "127.0.0.1:0"]),
    );
    assert.equal(code, 4, stderr);
    assert.match(
      stderr,
      /af_xdp:lo: needs a library \(on Debian: apt-get install libxdp1\): libxdp/,
    );
  },
  true,
);

exeTest("the demo runs on it, in an empty folder, and all is well", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gw" });
  try {
    const { code, stdout, stderr } = await outcome(
      ["env", "-C", folder, EXE, "demo", "--once", "--json"],
    );
    assert.equal(code, 0, stderr + stdout);
    assert.equal((JSON.parse(stdout) as DemoResult).ok, true);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}, true);

const ROUNDS = 5;
const LIMIT_MS = 1000;

/** From the start of the program to the first packet that it has forwarded, in ms. */
async function firstForwarded(net: Net, round: number): Promise<number> {
  let captured = "";
  const wire = net.start("tshark", "peer", [
    ...["tshark", "-i", "eth0", "-l", "-c", "1", "-T", "fields", "-e", "frame.time_epoch"],
    ...["-f", "ip proto 47"],
  ], (line) => captured ||= line);
  await until("tshark", 20, () => Promise.resolve(/Capturing on/.test(wire.words)));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const state = `${net.folder}/${round}`;
  const started = Date.now();
  const program = net.start("Guideway", "gw", [
    // Before whatever else this machine does meanwhile.
    ...["nice", "-n", "-19", EXE, "run", "--config", `${net.folder}/config.json`, "--state", state],
    ...["--socket", `${state}.sock`, "--listen", "127.0.0.1:0", "--flow-memory", "none"],
  ]);
  await until("a forwarded packet", 10, () => Promise.resolve(captured));
  await program.stop();
  return Number(captured) * 1000 - started;
}

exeTest("it forwards within a second of its start", async () => {
  await using net = await Net.open(["gw", "peer"]);
  await net.link({ host: "gw", device: "eth0" }, {
    host: "peer",
    device: "eth0",
    addresses: ["192.0.2.1/24"],
  });
  const mac = async (host: string) =>
    (await net.shell(host, "cat /sys/class/net/eth0/address")).trim();
  await net.ip(
    "peer",
    `neigh replace 192.0.2.10 lladdr ${await mac("gw")} dev eth0`,
    "route add 90.0.0.0/8 via 192.0.2.10",
  );
  const config = configOf("af_packet:eth0", await mac("peer"));
  await Deno.writeTextFile(`${net.folder}/config.json`, config);
  // Waits without a program for each pause: those would take the CPU from what is measured.
  const send = "exec 9<> <(:); while :; do echo x > /dev/udp/90.0.0.1/80; read -t 0.005 -u 9; done";
  net.start("sender", "peer", ["bash", "-c", send]);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS && !times.some((ms) => ms < LIMIT_MS); round++) {
    times.push(await firstForwarded(net, round));
  }
  console.log(`start to first forwarded packet: ${times.map(Math.round)} ms`);
  assert.ok(Math.min(...times) < LIMIT_MS, `${times} ms`);
}, true);
