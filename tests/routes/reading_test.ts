import assert from "node:assert/strict";
import { Site } from "./site.ts";
import { hexDigits, type PacketField } from "../../lib/packet_fields.ts";
import { be, bytes, ethernet, ipv4, mac } from "../packets/frame.ts";

Deno.test("counters tell every packet, and metrics tell the same", async () => {
  await using site = await Site.open();
  site.traffic(300);
  site.traffic(40, "[2002::1]:80");
  site.traffic(7, "198.51.100.1:80");
  const { body } = await site.ask("GET", "/api/v1/counters");
  assert.equal(body.total.forwarded, 340);
  assert.equal(body.total.left_not_vip, 7);
  assert.equal(body.vips[0].counters.first_packet, 300);
  const [a, b] = body.vips[0].servers;
  assert.equal(a.counters.flows + b.counters.flows, 300);

  const response = await fetch(`${site.url}/metrics`);
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const value = (line: string) => Number(text.match(new RegExp(`^${line} (\\d+)$`, "m"))?.[1]);
  assert.equal(value('guideway_worker_forwarded_total\\{worker="0"\\}'), 340);
  assert.equal(value('guideway_vip_packets_total\\{vip="2002::/16 tcp/80"\\}'), 40);
  const server = (name: string) =>
    value(`guideway_server_${name}\\{vip="90\\.0\\.0\\.0/8",server="10\\.0\\.0\\.1"\\}`);
  assert.equal(server("packets_total"), a.counters.packets);
  assert.equal(server("flows"), a.counters.flows);
  assert.equal(value("guideway_flows"), 340);
  assert.match(text, /^# TYPE guideway_server_flows gauge$/m);
  const { body: catalog } = await site.ask("GET", "/api/v1/counters/catalog");
  for (const { name, text: help } of catalog.worker) {
    const end = name === "held_fragment" ? "" : "_total";
    assert.ok(text.includes(`# HELP guideway_worker_${name}${end} ${help}\n`), name);
  }
});

Deno.test("what came to an interface is told by its name, in counters, status and metrics alike", async () => {
  await using site = await Site.open();
  site.traffic(30);
  site.traffic(7, "198.51.100.1:80");
  const { body } = await site.ask("GET", "/api/v1/counters");
  const [{ name, missed, counters }] = body.interfaces;
  assert.equal(missed, 0);
  assert.deepEqual([name, counters.rx_packets, counters.forwarded], ["net0", 37, 30]);
  assert.deepEqual([counters.left_not_vip, counters.tx_packets], [7, 30]);
  assert.deepEqual(body.workers[0].interfaces, [{ name, counters }]);
  const status = (await site.ask("GET", "/api/v1/status")).body;
  assert.deepEqual([status.interfaces[0].counters, status.interfaces[0].snat], [counters, []]);
  const text = await (await fetch(`${site.url}/metrics`)).text();
  const { body: catalog } = await site.ask("GET", "/api/v1/counters/catalog");
  for (const { name, text: help } of catalog.port) {
    const end = name === "held_fragment" ? "" : "_total";
    const metric = `guideway_interface_${name}${end}`;
    const value = new RegExp(`^${metric}\\{worker="0",interface="net0"\\} (\\d+)$`, "m").exec(text);
    assert.equal(Number(value?.[1]), counters[name], name);
    assert.ok(text.includes(`# HELP ${metric} ${help}\n`), name);
  }
  assert.match(text, /^# TYPE guideway_interface_held_fragment gauge$/m);
  assert.match(text, /^guideway_interface_missed_total\{interface="net0"\} 0$/m);
});

Deno.test("flows come by page, all of them once", async () => {
  await using site = await Site.open();
  site.traffic(250);
  const seen = new Set<string>();
  let cursor: string | null = "0";
  let pages = 0;
  while (cursor !== null) {
    const { body }: { body: { flows: { source: string; vip: string }[]; cursor: string | null } } =
      await site.ask("GET", `/api/v1/flows?vip=90.0.0.0%2F8&limit=20&cursor=${cursor}`);
    assert.ok(body.flows.length <= 20);
    for (const flow of body.flows) {
      assert.ok(!seen.has(flow.source), `${flow.source} came twice`);
      seen.add(flow.source);
    }
    cursor = body.cursor;
    pages++;
  }
  assert.equal(seen.size, 250);
  assert.ok(pages >= 13);
});

Deno.test("questions that make no sense are answered with their place", async (t) => {
  await using site = await Site.open();
  const rows: [string, number, string][] = [
    ["/api/v1/flows?vip=91.0.0.0%2F8", 404, ""],
    ["/api/v1/flows?server=10.9.9.9", 404, "server"],
    ["/api/v1/flows?limit=0", 400, "limit"],
    ["/api/v1/flows?limit=99999", 400, "limit"],
    ["/api/v1/flows?cursor=x", 400, "cursor"],
    ["/api/v1/trace", 400, "source"],
    ["/api/v1/trace?source=10.0.0.1&destination=90.0.0.1:80", 400, "source"],
    ["/api/v1/trace?source=10.0.0.1:1&destination=[::1]:80", 400, "destination"],
    ["/api/v1/trace?source=10.0.0.1:1&destination=90.0.0.1:80&protocol=sctp", 400, "protocol"],
    ["/api/v1/trace?source=10.0.0.1:1&destination=90.0.0.1&protocol=icmp", 400, "source"],
    ["/api/v1/vips/%zz", 404, ""],
    ["/api/v1/vips/%00", 404, ""],
  ];
  for (const [path, status, place] of rows) {
    await t.step(path, async () => {
      const answer = await site.ask("GET", path);
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.equal(answer.body.error.path, place);
    });
  }
});

Deno.test("a trace tells the table's choice, then the remembered flow's", async () => {
  await using site = await Site.open();
  const path = "/api/v1/trace?source=203.0.113.7:20000&destination=90.1.2.3:80&protocol=tcp";
  const first = (await site.ask("GET", path)).body;
  assert.equal(first.decided, "table");
  site.traffic(1);
  const next = (await site.ask("GET", path)).body;
  assert.equal(next.decided, "flow");
  assert.equal(next.server, first.server);
  assert.equal(next.out[0].bytes.length, first.in.bytes.length + 2 * 24);
});

Deno.test("a trace tells step by step why, and what differs between the packets in and out", async () => {
  await using site = await Site.open();
  const path = "/api/v1/trace?source=203.0.113.7:20000&destination=90.1.2.3:80";
  const { body } = await site.ask("GET", path);
  const told = body.steps.map(({ step, text }: Record<string, string>) => `${step}: ${text}`);
  const rows = [
    /^receive: TCP 203\.0\.113\.7:20000 to 90\.1\.2\.3:80, 54 bytes, comes in at net0$/,
    /^vip: the narrowest VIP that takes it is 90\.0\.0\.0\/8$/,
    /^flow: flow [0-9a-f]{16} is not remembered$/,
    new RegExp(
      `^table: slot ${body.slot} of 4096 of the new-connection table leads to ${body.server}$`,
    ),
    new RegExp(`^server: ${body.server}: weight 100, by gre4, next hop 02:.* on net0$`),
    /^verdict: forwarded: sent to a server$/,
    /^send: GRE .* to 10\.0\.0\.\d, 78 bytes, leaves net0 for 02:[0-9a-f:]+, 24 bytes longer than it came$/,
  ];
  assert.equal(told.length, rows.length, told.join("\n"));
  for (const [at, row] of rows.entries()) assert.match(told[at], row);
  const changed = (way: "in" | "out") => {
    const { fields } = way === "in" ? body.in : body.out[0];
    return fields.filter((field: { changed?: string }) => field.changed !== undefined)
      .map((field: Record<string, string>) => field.layer);
  };
  assert.deepEqual([...new Set(changed("in"))], ["Ethernet"]);
  assert.deepEqual([...new Set(changed("out"))], ["Ethernet", "IPv4", "GRE"]);
});

Deno.test("a trace is of a packet of any size, and tells what becomes of one that does not fit", async () => {
  await using site = await Site.open();
  const ask = async (query: string) => {
    const { body } = await site.ask("GET", `/api/v1/trace?${query}`);
    return body;
  };
  const ends = "source=203.0.113.7:20000&destination=90.1.2.3:80";
  const at = async (size: number) => await ask(`${ends}&size=${size}`);
  for (const size of [40, 41, 1476]) {
    const { verdict, in: input } = await at(size);
    assert.deepEqual([verdict, input.bytes.length / 2], ["forwarded", 14 + size]);
  }
  // GRE over IPv4 takes 24 bytes of 1500, and the packet may not be cut.
  const big = await at(1477);
  assert.deepEqual([big.verdict, big.out.length], ["drop_too_big", 1]);
  const mtu = big.out[0].fields.find(({ name }: PacketField) => name === "MTU of the next hop");
  assert.equal(mtu.text, "1476");
  for (const protocol of ["udp", "icmp"]) {
    const { verdict } = await ask(
      `${protocol === "udp" ? ends : "source=203.0.113.7&destination=90.1.2.3"}` +
        `&protocol=${protocol}&size=1001`,
    );
    assert.equal(verdict, protocol === "udp" ? "forwarded" : "answered");
  }
  const six = await ask("source=[2001:db8::7]:1&destination=[2002::1]:80&size=1280");
  assert.equal(six.verdict, "forwarded");
  const { path, message } = (await ask(`${ends}&size=39`)).error;
  assert.deepEqual([path, message], ["size", "an IPv4 packet of tcp has at least 40 bytes"]);
  assert.equal((await ask(`${ends}&size=16001`)).error.path, "size");
});

Deno.test("a trace comes in where it is told to", async () => {
  await using site = await Site.open();
  const ends = "source=203.0.113.7:20000&destination=90.1.2.3:80";
  const { body } = await site.ask("GET", `/api/v1/trace?${ends}&interface=net0`);
  assert.equal(body.in.interface, "net0");
  const { status, body: refused } = await site.ask("GET", `/api/v1/trace?${ends}&interface=net9`);
  assert.deepEqual([status, refused.error.path], [404, "interface"]);
  assert.match(refused.error.message, /no interface "net9"; there is: net0/);
});

Deno.test("any frame can be traced, given byte by byte", async () => {
  await using site = await Site.open();
  const query = "?source=203.0.113.7:20000&destination=90.1.2.3:80";
  const { body: first } = await site.ask("GET", `/api/v1/trace${query}`);
  const { body: same } = await site.ask("POST", "/api/v1/trace", { frame: first.in.bytes });
  assert.deepEqual(same, first);
  const spaced = first.in.bytes.replaceAll(/../g, "$& ").toUpperCase();
  assert.deepEqual((await site.ask("POST", "/api/v1/trace", { frame: spaced })).body, first);
  const short =
    (await site.ask("POST", "/api/v1/trace", { frame: first.in.bytes.slice(0, 70) })).body;
  assert.match(short.verdict, /^drop_/);
  assert.deepEqual([short.out, short.vip], [[], null]);
  const ends = { source: "203.0.113.7:20000", destination: "90.1.2.3:80" };
  assert.deepEqual((await site.ask("POST", "/api/v1/trace", ends)).body, first);
  for (
    const [body, message] of [[{ frame: "abc" }, /^not bytes/], [{ frame: "" }, /^not bytes/], [
      { frame: "00".repeat(16_385) },
      /16385 bytes; a frame has at most 16384/,
    ], [{ frame: 7 }, /^expected text, not 7/]] as const
  ) {
    const { status, body: answer } = await site.ask("POST", "/api/v1/trace", body);
    assert.deepEqual([status, answer.error.path], [400, "frame"]);
    assert.match(answer.error.message, message);
  }
});

Deno.test("a packet that is cut outside is traced to all its fragments", async () => {
  await using site = await Site.open();
  const header = { from: "203.0.113.7", to: "90.1.2.3", protocol: 17 };
  const packet = ipv4(header, bytes(be(4000, 2), be(53, 2), be(1480, 2), be(0, 2), be(0, 1472)));
  const frame = hexDigits(ethernet(packet, { to: mac("00:00:00:00:00:00") }));
  const { body } = await site.ask("POST", "/api/v1/trace", { frame });
  assert.deepEqual([body.verdict, body.out.length], ["forwarded", 2], JSON.stringify(body.steps));
  const [first, second] = body.out.map(({ fields }: { fields: PacketField[] }) =>
    new Map(fields.map(({ layer, name, text }) => [`${layer} ${name}`, text]))
  );
  assert.equal(first.get("inner UDP destination port"), "53");
  assert.equal(second.get("IPv4 fragment offset"), "185 (1480 bytes)");
  assert.equal(second.get("payload payload"), "24 bytes");
  assert.match(body.steps.at(-1).text, /^besides, /);
});

Deno.test("a ping to a VIP is traced to its answer, of either family", async () => {
  await using site = await Site.open();
  for (
    const ends of ["source=203.0.113.7&destination=90.1.2.3", "source=fd00::7&destination=2002::1"]
  ) {
    const { body } = await site.ask("GET", `/api/v1/trace?${ends}&protocol=icmp`);
    assert.equal(body.verdict, "answered", JSON.stringify(body));
    assert.equal(body.out[0].bytes.length, body.in.bytes.length);
  }
  await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8", { icmp_echo: "forward" });
  const path = "/api/v1/trace?source=203.0.113.7&destination=90.1.2.3&protocol=icmp";
  const { body } = await site.ask("GET", path);
  assert.deepEqual([body.verdict, body.vip], ["forwarded", "90.0.0.0/8"]);
});

Deno.test("status and health tell what runs", async () => {
  await using site = await Site.open();
  const { body } = await site.ask("GET", "/api/v1/status");
  assert.deepEqual([body.revision, body.vips, body.servers, body.workers], [1, 2, 3, 1]);
  assert.equal(body.interfaces[0].name, "net0");
  const health = await site.ask("GET", "/healthz");
  assert.deepEqual([health.status, health.body.status], [200, "ok"]);
});

Deno.test("a parameter given twice is refused in our own words", async () => {
  await using site = await Site.open();
  for (const path of ["flows?vip=a&vip=b", "trace?source=a&source=b&destination=c"]) {
    const { status, body } = await site.ask("GET", `/api/v1/${path}`);
    assert.equal(status, 400);
    assert.match(body.error.message, /^expected text, not \["a","b"\]$/);
  }
});
