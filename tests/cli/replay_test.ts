import assert from "node:assert/strict";
import { join } from "node:path";
import { classic, description, enhanced, join as joined } from "../packets/capture_bytes.ts";
import { option, section } from "../packets/capture_bytes.ts";
import { bytes, ethernet, frame, ip, ipv4, mac, tcp } from "../packets/frame.ts";
import { at, CONFIG, IN, inFolder, read, run } from "./replay_folder.ts";

Deno.test("replay writes what leaves, a verdict a packet, and a summary", async () => {
  await inFolder(async (folder, replay) => {
    const verdicts = join(folder, "verdicts.jsonl");
    const input = classic(IN.map((data, i) => at(100 + i, data, 7)));
    const { code, stdout, stderr } = await replay(input, ["--verdicts", verdicts]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.length, 0);
    assert.match(stderr, /^5 packets in 4 s of capture: 3 forwarded, 2 not; 3 flows/m);
    assert.match(stderr, /^left_ethertype +1$/m);
    assert.match(stderr, /^drop_no_port +1$/m);
    const lines = (await Deno.readTextFile(verdicts)).trimEnd().split("\n");
    const servers = lines.map((line) => JSON.parse(line).server);
    assert.ok(servers.every((server) => server === null || /^10\.0\.0\.[12]$|::1$/.test(server)));
    assert.deepEqual(lines, [
      `{"index":0,"verdict":"forwarded","vip":"90.0.0.0/8","server":"${
        servers[0]
      }","output":0,"made":0}`,
      `{"index":1,"verdict":"left_ethertype","vip":null,"server":null,"output":null,"made":0}`,
      `{"index":2,"verdict":"forwarded","vip":"2002::/16 tcp/80","server":"2001:db8:1::1","output":1,"made":0}`,
      `{"index":3,"verdict":"drop_no_port","vip":null,"server":null,"output":null,"made":0}`,
      `{"index":4,"verdict":"forwarded","vip":"90.0.0.0/8","server":"${
        servers[4]
      }","output":2,"made":0}`,
    ]);
    const { packets, capture } = read(join(folder, "out.pcap"));
    assert.equal(capture.precision(), "us");
    assert.deepEqual(packets.map((p) => p.timestamp), [
      100_000_007_000n,
      102_000_007_000n,
      104_000_007_000n,
    ]);
    for (const { data } of packets) {
      assert.deepEqual(
        data.slice(0, 12),
        bytes(mac("02:00:00:00:00:77"), mac("02:00:00:00:00:01")),
      );
    }
    assert.deepEqual(packets[0]!.data.slice(26, 34), bytes(ip("192.0.2.10"), ip(servers[0])));
    assert.deepEqual(packets[0]!.data.slice(34), bytes(0, 0, 8, 0, IN[0]!.slice(14)));
    assert.deepEqual(packets[1]!.data.slice(22, 54), bytes(ip("2001:db8::10"), ip(servers[2])));
  });
});

Deno.test("frames that a packet gave rise to are written behind it, at its time", async () => {
  await inFolder(async (folder, replay) => {
    const ends = { from: "203.0.113.7", to: "90.1.2.3", sport: 4001, dport: 80 };
    const packet = (fragment: number, length: number) => {
      const segment = tcp(ends, new Uint8Array(length));
      return ethernet(ipv4({ ...ends, protocol: 6, fragment }, segment));
    };
    const verdicts = join(folder, "verdicts.jsonl");
    const sent = [packet(0x4000, 1460), packet(0, 1460), packet(0, 10)];
    const input = classic(sent.map((data, i) => at(100 + i, data)));
    const { stderr } = await replay(input, ["--verdicts", verdicts]);
    assert.match(stderr, /^3 packets in 2 s of capture: 2 forwarded, 1 not;/m);
    assert.match(stderr, /^2 frames left besides: ICMP errors and further fragments$/m);
    const lines = (await Deno.readTextFile(verdicts)).trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)).map(({ verdict, output, made }) => [
        verdict,
        output,
        made,
      ]),
      [["drop_too_big", null, 1], ["forwarded", 1, 1], ["forwarded", 3, 0]],
    );
    const { packets } = read(join(folder, "out.pcap"));
    assert.deepEqual(packets.map((p) => Number(p.timestamp / 1_000_000_000n)), [
      100,
      101,
      101,
      102,
    ]);
    const [error, first, second] = packets.map(({ data }) => data.slice(14));
    assert.deepEqual(error!.slice(12, 22), bytes(ip("90.1.2.3"), ip("203.0.113.7"), 3, 4));
    assert.deepEqual([first![6]! & 0x20, second![6]! & 0x20], [0x20, 0], "more fragments");
  });
});

Deno.test("the same capture gives the same bytes again", async () => {
  const input = classic(
    Array.from(
      { length: 300 },
      (_, i) =>
        at(1, frame({ from: "203.0.113.7", to: "90.1.2.3", sport: 1024 + i, dport: 80 }), i),
    ),
  );
  await inFolder(async (folder, replay) => {
    await replay(input);
    const first = await Deno.readFile(join(folder, "out.pcap"));
    await replay(input);
    assert.deepEqual(await Deno.readFile(join(folder, "out.pcap")), first);
    assert.equal(read(join(folder, "out.pcap")).packets.length, 300);
  });
});

Deno.test("pcapng with nanoseconds comes out as pcap with nanoseconds", async () => {
  await inFolder(async (folder, replay) => {
    const input = joined(
      section(false),
      description(false, { options: option(false, 9, [9]) }),
      enhanced(false, { data: IN[0]!, ticks: 1_700_000_000_123_456_789n }),
    );
    const { code, stderr } = await replay(input);
    assert.equal(code, 0, stderr);
    const { packets, capture } = read(join(folder, "out.pcap"));
    assert.equal(capture.precision(), "ns");
    assert.deepEqual(packets.map((p) => p.timestamp), [1_700_000_000_123_456_789n]);
  });
});

Deno.test("the timeout runs by the capture's clock", async () => {
  await inFolder(async (_folder, replay) => {
    for (const [gap, flows] of [[30, 2], [41, 1]] as const) {
      const { stderr } = await replay(classic([at(1000, IN[0]!), at(1000 + gap, IN[4]!)]));
      assert.match(stderr, new RegExp(`; ${flows} flows remembered`), `${gap} s`);
    }
    const { stderr } = await replay(classic([at(1000, IN[0]!), at(900, IN[4]!), at(1000, IN[0]!)]));
    assert.match(stderr, /3 packets in 0 s of capture: 3 forwarded.*; 2 flows/, "time going back");
  });
});

Deno.test("a configuration without a next hop is replayed with one that is assumed", async () => {
  await inFolder(async (folder, replay) => {
    const { code, stderr } = await replay(classic([at(1, IN[0]!)]));
    assert.equal(code, 0);
    assert.match(stderr, /no interface of the configuration has a next_hop.* 02:00:00:00:00:02/);
    const { packets } = read(join(folder, "out.pcap"));
    assert.deepEqual(packets[0]?.data.slice(0, 6), mac("02:00:00:00:00:02"));
  }, CONFIG.replace(/, next_hop: .*/, " }"));
});

Deno.test("a capture that is cut off is replayed up to there, and fails with the place", async () => {
  await inFolder(async (folder, replay) => {
    const whole = classic([at(1, IN[0]!), at(2, IN[4]!)]);
    const { code, stderr } = await replay(whole.subarray(0, whole.length - 1));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /in\.pcap: The capture is cut off at byte \d+, in a packet; packets replayed before it: 1/,
    );
    assert.equal(read(join(folder, "out.pcap")).packets.length, 1);
  });
});

Deno.test("an empty capture gives an empty capture", async () => {
  await inFolder(async (folder, replay) => {
    assert.equal((await replay(classic([]))).code, 0);
    assert.deepEqual(read(join(folder, "out.pcap")).packets, []);
  });
});

Deno.test("replay ends with 4 for a refused configuration and touches nothing", async () => {
  await inFolder(async (folder, replay) => {
    await Deno.writeTextFile(join(folder, "out.pcap"), "kept");
    const { code, stderr } = await replay(classic([]));
    assert.equal(code, 4);
    assert.match(stderr, /vips\[0\]\.servers\[0\]\.address/);
    assert.equal(await Deno.readTextFile(join(folder, "out.pcap")), "kept");
  }, CONFIG.replace("10.0.0.1", '"2001:db8::1"'));
});

Deno.test("replay ends with 1 for files that cannot be used, and names them", async () => {
  await inFolder(async (folder, replay) => {
    const config = join(folder, "guideway.yaml");
    const none = join(folder, "none.pcap");
    const out = join(folder, "out.pcap");
    const missing = await run(["--config", config, "--in", none, "--out", out]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /none\.pcap cannot be read: there is no such file/);
    const empty = join(folder, "empty.pcap");
    await Deno.writeFile(empty, classic([]));
    const folderOut = await run(["--config", config, "--in", empty, "--out", folder]);
    assert.equal(folderOut.code, 1);
    assert.match(folderOut.stderr, /cannot be written: Is a directory/);
    const other = await replay(new TextEncoder().encode("not a capture"));
    assert.equal(other.code, 1);
    assert.match(other.stderr, /in\.pcap: The file is no capture/);
    const loopback = await replay(classic([], { linkType: 101 }));
    assert.equal(loopback.code, 1);
    assert.match(loopback.stderr, /in\.pcap: .*link type 101 \(raw IP\)/);
  });
});

Deno.test("replay ends with 2 when it is told too little, or to overwrite what it reads", async () => {
  await inFolder(async (folder) => {
    assert.equal((await run(["--config", join(folder, "guideway.yaml")])).code, 2);
    const input = join(folder, "in.pcap");
    await Deno.writeFile(input, classic([]));
    const config = join(folder, "guideway.yaml");
    const same = await run(["--config", config, "--in", input, "--out", `${folder}/./in.pcap`]);
    assert.equal(same.code, 2);
    assert.match(same.stderr, /are the same file/);
    assert.deepEqual(await Deno.readFile(input), classic([]));
  });
});

Deno.test("without the packet library replay says how to get it", async () => {
  await inFolder(async (folder) => {
    const input = join(folder, "in.pcap");
    await Deno.writeFile(input, classic([]));
    const { code, stderr } = await run(
      ["--config", join(folder, "guideway.yaml"), "--in", input, "--out", join(folder, "out.pcap")],
      { GUIDEWAY_LIBRARY: join(folder, "nowhere.so") },
    );
    assert.equal(code, 1);
    assert.match(stderr, /nowhere\.so is not there\. Run `deno task build`/);
  });
});
