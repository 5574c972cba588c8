import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { runBenchmarks } from "../../lib/bench.ts";
import { DataplaneError, ENCAPS } from "../../lib/dataplane.ts";
import { benchConfig, benchTraffic } from "../../lib/bench/config.ts";
import { offlineTables } from "../../lib/offline.ts";
import { tablesOf } from "../packets/tables.ts";
import { flows, send } from "../packets/traffic.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

const SMALL = { flows: 3000, servers: 10, seconds: 0.1, newLength: 1024, buckets: 4096 };
const STEPS = ["parse", "vip", "flow", "encap"];

Deno.test("the benchmark of every encap measures every case, and its steps make up the whole", async (t) => {
  await using simulation = simulate();
  const heard: string[] = [];
  const reports = await runBenchmarks(
    simulation,
    { encaps: ENCAPS, ...SMALL },
    ({ mode, flows }) => heard.push(`${mode} ${flows}`),
  );
  assert.deepEqual(heard, ["hit 1000", "hit 3000", "first 3000", "table 3000"]);
  assert.deepEqual(reports.map(({ encap }) => encap), ENCAPS);
  for (const report of reports) {
    await t.step(report.encap, () => {
      assert.deepEqual(report.cases.map(({ mode, flows }) => `${mode} ${flows}`), heard);
      assert.equal(report.mpps, report.cases[1]!.mpps);
      assert.equal(report.cycles_per_packet, report.cases[1]!.cycles_per_packet);
      assert.ok(report.tsc_ghz > 0.1);
      const six = report.encap === "nat6";
      assert.deepEqual([report.family, report.frame_bytes], six ? [6, 78] : [4, 64]);
      for (const row of report.cases) {
        assert.deepEqual(Object.keys(row.steps), STEPS);
        const sum = Object.values(row.steps).reduce((a, b) => a + b);
        assert.ok(sum > row.cycles_per_packet * 0.7 && sum < row.cycles_per_packet * 1.1, `${sum}`);
        assert.ok(row.packets > 1000 && row.mpps_min <= row.mpps && row.mpps <= row.mpps_max);
        const implied = report.tsc_ghz * 1000 / row.cycles_per_packet;
        assert.ok(Math.abs(implied - row.mpps) < row.mpps * 0.3, `${implied} and ${row.mpps}`);
      }
    });
  }
});

for (const encap of ENCAPS) {
  Deno.test(`what the benchmark of ${encap} generates is forwarded to the last packet`, async () => {
    await using simulation = simulate();
    const { snapshot } = offlineTables(benchConfig(encap, SMALL));
    await simulation.commit(snapshot);
    const frameLength = benchTraffic(encap).frameBytes - 4;
    const result = await simulation.bench({ mode: "hit", flows: 500, frameLength, seconds: 0.02 });
    assert.ok(result.packets > 500);
    assert.equal(result.forwarded, result.packets);
    assert.equal(snapshot.vips[0]?.encap, encap);
    const counted = simulation.vipCounters(snapshot.vips[0]!.id)[0]!;
    assert.ok(counted >= result.packets, `${counted}`);
  });
}

Deno.test("each case decides its packets as it says, and every packet is forwarded", async () => {
  await using simulation = simulate();
  await simulation.commit(
    tablesOf([{ prefix: "90.0.0.0/8", servers: ["10.0.0.1", "10.0.0.2"] }], { buckets: 4096 }),
  );
  const at = (name: string) => simulation.catalog.worker.findIndex((c) => c.name === name);
  for (
    const [mode, counter] of [
      ["hit", "next_packet"],
      ["first", "first_packet"],
      ["table", "untracked_packet"],
    ] as const
  ) {
    const before = simulation.workerCounters(0);
    const result = await simulation.bench({ mode, flows: 1000, frameLength: 60, seconds: 0.02 });
    assert.equal(result.forwarded, result.packets);
    const decided = simulation.workerCounters(0)[at(counter)]! - before[at(counter)]!;
    assert.ok(decided >= result.packets * 0.99, `${mode}: ${decided} of ${result.packets}`);
    assert.equal(simulation.tableUse().flows, 0, "nothing of the benchmark is remembered");
  }
  send(simulation, flows(100));
  assert.equal(simulation.tableUse().flows, 100);
});

Deno.test("nothing else may be asked of a simulation during its benchmark", async () => {
  await using simulation = simulate();
  await simulation.commit(tablesOf([{ prefix: "90.0.0.0/8", servers: ["10.0.0.1"] }]));
  const running = simulation.bench({ mode: "hit", flows: 100, frameLength: 60, seconds: 0.05 });
  assert.throws(() => simulation.frames(flows(1)), /runs a benchmark: wait for it/);
  assert.throws(() => simulation.tableUse(), DataplaneError);
  await running;
  send(simulation, flows(1));
});

Deno.test("what cannot be measured is refused in a sentence", async () => {
  await using simulation = simulate();
  const bench = (more: object) =>
    simulation.bench({ mode: "hit", flows: 10, frameLength: 60, seconds: 0.01, ...more });
  await assert.rejects(bench({}), /no image was committed/);
  await simulation.commit(tablesOf([{ prefix: "90.0.0.0/8", servers: [] }]));
  await assert.rejects(bench({}), /vip: 0 has no server/);
  await assert.rejects(bench({ vip: 1 }), /vip: 1/);
  await simulation.commit(tablesOf([{ prefix: "90.0.0.0/8", servers: ["10.0.0.1"] }]));
  await assert.rejects(bench({ flows: 0 }), /flows: 0/);
  await assert.rejects(bench({ seconds: NaN }), /seconds: nan/i);
  await assert.rejects(bench({ frameLength: 10_000 }), /frame_len: 10000/);
});

async function run(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [...WORDS, "bench", ...args],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
const QUICK = ["--flows", "2000", "--seconds", "0.1", "--buckets", "4096", "--new-len", "1024"];

Deno.test("bench prints a table, or JSON with the headline at its top", async () => {
  const table = await run(...QUICK, "--encap", "gre6");
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /^gre6, 64-byte TCP over IPv4, 100 servers, 1024 slots, 4096 buckets/);
  assert.match(table.stdout, /^CASE +FLOWS +MPPS .* PARSE +VIP +FLOW +ENCAP$/m);
  assert.match(table.stdout, /^table only +2000 /m);
  const json = await run(...QUICK, "--json");
  const report = JSON.parse(json.stdout);
  assert.deepEqual(Object.keys(report).slice(0, 3), ["mpps", "cycles_per_packet", "steps"]);
  assert.equal(report.cases.length, 4);
});

Deno.test("bench compares several encaps with the first of them", async () => {
  const table = await run(...QUICK, "--encap", "gre4,nat4,nat6");
  assert.equal(table.code, 0, table.stderr);
  assert.match(table.stdout, /^Mpps with 2000 flows, 100 servers, 1024 slots, 4096 buckets/);
  assert.match(
    table.stdout,
    /^ENCAP +HIT 1000 +OF GRE4 +HIT 2000 +OF GRE4 +FIRST +OF GRE4 +TABLE +OF GRE4 +PACKETS$/m,
  );
  assert.match(table.stdout, /^gre4( +\d+\.\d\d +100 %){4} +64-byte TCP over IPv4$/m);
  assert.match(table.stdout, /^nat6( +\d+\.\d\d +\d+ %){4} +78-byte TCP over IPv6$/m);
  const json = JSON.parse((await run(...QUICK, "--encap", "all", "--json")).stdout);
  assert.deepEqual(json.map(({ encap }: { encap: string }) => encap), ENCAPS);
});

Deno.test("bench ends with 2 for options that cannot be", async () => {
  for (
    const [option, value, message] of [
      ["--encap", "gre4,gre5", /--encap is one of gre4, .* or all, not "gre5"/],
      ["--flows", "0", /--flows: not a whole number from 1/],
      ["--servers", "x", /--servers: not a whole number/],
      ["--seconds", "0", /--seconds is a number from 0\.05/],
      ["--new-len", "1000", /--new-len is a power of two, not 1000/],
      ["--buckets", "3", /--buckets is a power of two, not 3/],
    ] as const
  ) {
    const { code, stderr } = await run(option, value);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});
