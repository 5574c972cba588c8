/** What happens, as a stream of server-sent events. */
import assert from "node:assert/strict";
import { Site } from "./site.ts";

interface Told {
  event: string;
  // deno-lint-ignore no-explicit-any -- tests look into it freely
  data: any;
}

/** Listens, and reads event by event. */
class Listener implements AsyncDisposable {
  readonly #events: AsyncGenerator<Told>;
  readonly #abort: AbortController;

  private constructor(events: AsyncGenerator<Told>, abort: AbortController) {
    this.#events = events;
    this.#abort = abort;
  }

  static async open(site: Site, topics?: string): Promise<Listener> {
    const abort = new AbortController();
    const query = topics === undefined ? "" : `?topics=${topics}`;
    const { signal } = abort;
    const response = await fetch(`${site.url}/api/v1/events${query}`, { signal });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const listener = new Listener(read(response), abort);
    assert.equal((await listener.next()).event, "hello");
    return listener;
  }

  async next(): Promise<Told> {
    const { value } = await this.#events.next();
    return value!;
  }

  /** Resolves when the stream ends. */
  async ended(): Promise<void> {
    while (!(await this.#events.next()).done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#events.next().catch(() => {});
  }
}

async function* read(response: Response): AsyncGenerator<Told> {
  let text = "";
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    const events = (text + part).split("\n\n");
    text = events.pop()!;
    for (const event of events.filter((event) => !event.startsWith(":"))) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event)!;
      yield { event: name!, data: JSON.parse(data!) };
    }
  }
}

Deno.test("counters come of those VIPs that are asked for, and of none for an empty name", async () => {
  await using site = await Site.open();
  const narrow = "2002::/16 tcp/80";
  const wishes: [string, string[]][] = [
    [`vip=${encodeURIComponent(narrow)}&vip=1.2.3.0%2F24`, [narrow]],
    ["vip=", []],
    ["", ["90.0.0.0/8", narrow]],
  ];
  site.traffic(30);
  for (const [wish, names] of wishes) {
    await using listener = await Listener.open(site, `counters&${wish}`);
    const { data } = await listener.next();
    assert.deepEqual(data.vips.map(({ name }: { name: string }) => name), names, wish);
    assert.equal(data.total.forwarded, 30);
    assert.equal(data.flows, 30);
    const { body } = await site.ask("GET", `/api/v1/counters?${wish}`);
    assert.deepEqual(body.vips.map(({ name }: { name: string }) => name), names, wish);
  }
});

Deno.test("counters come once a second, as they are asked for elsewhere", async () => {
  await using site = await Site.open();
  await using listener = await Listener.open(site, "counters");
  const first = (await listener.next()).data;
  site.traffic(50);
  const second = (await listener.next()).data;
  assert.equal(second.total.forwarded - first.total.forwarded, 50);
  const apart = Date.parse(second.at) - Date.parse(first.at);
  assert.ok(apart > 800 && apart < 3000, `${apart} ms`);
  const { body } = await site.ask("GET", "/api/v1/counters");
  assert.deepEqual(Object.keys(second), Object.keys(body));
});

Deno.test("totals are counters without the VIPs", async () => {
  await using site = await Site.open();
  await using listener = await Listener.open(site, "totals");
  const { data } = await listener.next();
  const { vips: _vips, ...rest } = (await site.ask("GET", "/api/v1/counters")).body;
  assert.deepEqual(Object.keys(data), Object.keys(rest));
});

Deno.test("a change is told to everybody, with its plan; a dry run to nobody", async () => {
  await using site = await Site.open();
  await using one = await Listener.open(site, "change");
  await using other = await Listener.open(site, "change,store");
  const path = "/api/v1/vips/90.0.0.0%2F8/servers";
  await site.ask("POST", `${path}?dry_run`, { address: "10.0.0.8" });
  await site.ask("POST", path, { address: "10.0.0.9" });
  await site.ask("POST", "/api/v1/revisions/1/rollback");
  for (const listener of [one, other]) {
    const { event, data } = await listener.next();
    assert.equal(event, "change");
    assert.deepEqual([data.revision, data.comment], [2, "server.add"]);
    assert.deepEqual(data.plan.vips[0].added, ["10.0.0.9"]);
    assert.equal((await listener.next()).data.comment, "rollback to 1");
  }
});

Deno.test("a drop is told when it starts, and when it was silent for ten seconds", async () => {
  await using site = await Site.open();
  await using listener = await Listener.open(site, "drops");
  site.traffic(7, "[2002::1]:81");
  assert.deepEqual(pick((await listener.next()).data), ["drop_no_port", "started", 7]);
  site.traffic(3, "[2002::1]:81");
  assert.deepEqual(pick((await listener.next()).data), ["drop_no_port", "stopped", 10]);
});

Deno.test("a drop is told with its sentence, and where it is", async () => {
  await using site = await Site.open({
    conf: { ip4_src_address: "192.0.2.10" },
    interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
    vips: [{ prefix: "90.0.0.0/8" }, { prefix: "91.0.0.0/8" }],
  });
  site.traffic(4, "91.0.0.1:80");
  await using listener = await Listener.open(site, "drops");
  site.traffic(3, "90.0.0.1:80");
  const { data } = await listener.next();
  assert.deepEqual(pick(data), ["drop_no_server", "started", 3]);
  assert.equal(data.text, "dropped: the VIP has no server with a weight");
  assert.deepEqual([data.interfaces, data.workers, data.vips], [["net0"], [0], ["90.0.0.0/8"]]);
  assert.ok(data.rate > 0);
});

function pick({ name, state, packets }: Record<string, unknown>): unknown[] {
  return [name, state, packets];
}

Deno.test("a next hop that goes is told with the reason", async () => {
  await using site = await Site.open();
  await using listener = await Listener.open(site, "neighbour");
  await site.ask("PUT", "/api/v1/config", {
    conf: { ip4_src_address: "192.0.2.10" },
    interfaces: { net0: { device: "null" } },
    vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }],
  });
  const { data } = await listener.next();
  assert.deepEqual([data.address, data.mac], ["10.0.0.1", null]);
  assert.match(data.reason, /next_hop/);
});

Deno.test("a store that cannot be written is told", async () => {
  await using site = await Site.open();
  await using listener = await Listener.open(site, "store");
  site.store.revisions.append({}, { number: 2 }); // the next one is taken
  await site.ask("POST", "/api/v1/vips/90.0.0.0%2F8/servers", { address: "10.0.0.9" });
  assert.match((await listener.next()).data.problem, /guideway\.db/);
});

Deno.test("unknown topics are refused by name", async () => {
  await using site = await Site.open();
  const { status, body } = await site.ask("GET", "/api/v1/events?topics=counters,weather");
  assert.equal(status, 400);
  assert.match(body.error.message, /write some of counters,totals,change/);
});

Deno.test("1,000 streams are served, and nobody is kept when all have gone", async () => {
  await using site = await Site.open();
  {
    await using all = new AsyncDisposableStack();
    const listeners = await Promise.all(
      Array.from(
        { length: 1000 },
        async () => all.use(await Listener.open(site, "counters,change")),
      ),
    );
    assert.equal(site.controller.events.size, 1000);
    await site.ask("POST", "/api/v1/vips/90.0.0.0%2F8/servers", { address: "10.0.0.9" });
    await Promise.all(listeners.map(async (listener) => {
      for (let told = await listener.next(); told.event !== "change";) told = await listener.next();
    }));
  }
  for (let n = 0; n < 100 && site.controller.events.size > 0; n++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(site.controller.events.size, 0);
});

Deno.test("who does not read misses counters, and costs no memory without end", async () => {
  await using site = await Site.open();
  using connection = await Deno.connect({ port: Number(new URL(site.url).port) });
  const request = "GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n";
  await connection.write(new TextEncoder().encode(request));
  while (site.controller.events.size === 0) await new Promise((done) => setTimeout(done, 10));
  const large = { text: "x".repeat(1024 * 1024) } as never;
  for (let n = 0; n < 100; n++) site.controller.events.publishCounters(() => large);
  assert.equal(site.controller.events.size, 1);
  for (let n = 0; n < 100; n++) site.controller.events.publish("change", large);
  assert.equal(
    site.controller.events.size,
    0,
    "what must not be missed was too much: it is let go",
  );
});

Deno.test("streams end when the program does", async () => {
  const site = await Site.open();
  await using listener = await Listener.open(site, "change");
  site.controller.events.close();
  await listener.ended();
  await site[Symbol.asyncDispose]();
});
