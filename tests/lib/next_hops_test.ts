import assert from "node:assert/strict";
import type { KernelView } from "../../lib/next_hops/answers.ts";
import type { Kernel } from "../../lib/next_hops/kernel.ts";
import { findNextHops, type Interfaces, type NextHop, sameHops } from "../../lib/next_hops.ts";
import { viewOf } from "./kernel_views.ts";

/** What a kernel knows. */
const VIEW = viewOf({
  "10.0.0.1": ["unicast", "eth1", "10.0.0.1"],
  "10.0.0.2": ["unicast", "eth1", "10.0.0.2"],
  "10.0.0.3": ["unicast", "eth1", "10.0.0.3"],
  "10.9.1.1": ["unicast", "eth1", "10.0.0.1"],
  "10.6.0.3": ["unicast", "eth1", "fe80::1"],
  "10.0.0.254": ["local", "lo", "10.0.0.254"],
  "10.0.0.255": ["broadcast", "eth1", "10.0.0.255"],
  "2001:db8::1": ["unicast", "eth1", "2001:db8::1"],
  "172.16.0.1": ["unicast", "eth0", "192.0.2.1"],
}, {
  "eth1 10.0.0.2": ["FAILED", null],
  "eth1 10.0.0.1": ["STALE", "ea:a3:32:46:54:6e"],
  "eth0 10.0.0.1": ["REACHABLE", "00:00:00:00:00:0e"],
  "eth1 10.0.0.3": ["FAILED", "02:00:00:00:00:03"],
  "eth1 2001:db8::1": ["INCOMPLETE", null],
  "eth1 fe80::1": ["REACHABLE", "02:00:00:00:00:f1"],
});

/** Answers so, and remembers what it was asked to resolve. */
function answering(view: KernelView): Kernel & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    own: () => [],
    view: () => Promise.resolve(view),
    resolve(neighbours) {
      asked.push(...neighbours.map(({ dev, address }) => `${address}@${dev}`));
      return Promise.resolve();
    },
  };
}

const NET0 = { net0: { device: "af_packet:eth1", snat: [] } };
const FIXED = "02:00:00:00:00:99";

async function one(address: string, interfaces: Interfaces = NET0): Promise<NextHop> {
  const found = await findNextHops(answering(VIEW), interfaces, [address]);
  return found.get(address)!;
}

const ROWS: [sentence: string, address: string, expected: string][] = [
  ["on the link", "10.0.0.1", "net0 ea:a3:32:46:54:6e"],
  ["behind a gateway", "10.9.1.1", "net0 ea:a3:32:46:54:6e"],
  ["behind an IPv6 gateway", "10.6.0.3", "net0 02:00:00:00:00:f1"],
  ["a neighbour that failed", "10.0.0.2", "10.0.0.2 on eth1 does not answer ARP"],
  [
    "one that failed and is still listed with its MAC",
    "10.0.0.3",
    "10.0.0.3 on eth1 does not answer ARP",
  ],
  [
    "one that is being asked",
    "2001:db8::1",
    "2001:db8::1 on eth1 has not answered neighbour discovery yet",
  ],
  ["no route", "99.0.0.1", "no route to 99.0.0.1"],
  ["this machine", "10.0.0.254", "10.0.0.254 is an address of this machine itself"],
  ["a broadcast address", "10.0.0.255", "10.0.0.255 is a broadcast address here"],
  [
    "another interface",
    "172.16.0.1",
    "the route to 172.16.0.1 leaves by eth0, which is not an interface of this configuration",
  ],
];

for (const [sentence, address, expected] of ROWS) {
  Deno.test(`next hop by the kernel: ${sentence}`, async () => {
    const { hop, reason } = await one(address);
    assert.equal(hop === null ? reason : `${hop.interface} ${hop.mac}`, expected);
  });
}

const KNOWN: NextHop = {
  hop: { interface: "net0", mac: "02:00:00:00:00:01" },
  reason: null,
  station: "eth1 10.0.0.1",
};

/** What is found for 10.0.0.1 after `before`, when its station's entry says `state`; null: there is none. */
async function after(before: NextHop, state: string | null, via = "10.0.0.1") {
  const view = viewOf(
    { "10.0.0.1": ["unicast", "eth1", via] },
    state === null ? {} : { [`eth1 ${via}`]: [state, null] },
  );
  const found = await findNextHops(
    answering(view),
    NET0,
    ["10.0.0.1"],
    new Map([["10.0.0.1", before]]),
  );
  return found.get("10.0.0.1")!;
}

Deno.test("a next hop stays while the kernel looks for its neighbour again", async () => {
  assert.deepEqual(await after(KNOWN, null), KNOWN);
  assert.deepEqual(await after(KNOWN, "INCOMPLETE"), KNOWN);
});

Deno.test("a next hop goes when its neighbour fails or the route leads elsewhere", async () => {
  const failed = await after(KNOWN, "FAILED");
  assert.equal(failed.hop, null);
  assert.equal((await after(failed, null)).hop, null);
  assert.equal((await after(KNOWN, null, "10.0.0.9")).hop, null);
});

Deno.test("next hops stay while the kernel cannot be asked", async () => {
  const broken: Kernel = {
    own: () => [],
    view: () => Promise.reject(new Error("too many open files")),
    resolve: () => Promise.resolve(),
  };
  const before = new Map([["10.0.0.1", KNOWN]]);
  const found = await findNextHops(broken, NET0, ["10.0.0.1", "10.0.0.2"], before);
  assert.deepEqual(found.get("10.0.0.1")!.hop, KNOWN.hop);
  assert.equal(found.get("10.0.0.2")!.reason, "cannot ask the kernel: too many open files");
});

Deno.test("the fixed next hop of the only interface is for every server", async () => {
  const interfaces = { a: { device: "null", next_hop: { mac: FIXED }, snat: [] } };
  for (const address of ["10.0.0.1", "99.0.0.1"]) {
    assert.deepEqual((await one(address, interfaces)).hop, { interface: "a", mac: FIXED });
  }
});

Deno.test("with several interfaces the route chooses, and the first fixed one takes the rest", async () => {
  const interfaces = {
    a: { device: "pci:0000:01:00.0", next_hop: { mac: FIXED }, snat: [] },
    b: { device: "af_xdp:eth1", snat: [] },
    c: { device: "tap:eth0", next_hop: { mac: "02:00:00:00:00:98" }, snat: [] },
  };
  assert.equal((await one("10.0.0.1", interfaces)).hop?.interface, "b");
  assert.equal((await one("172.16.0.1", interfaces)).hop?.mac, "02:00:00:00:00:98");
  assert.equal((await one("99.0.0.1", interfaces)).hop?.interface, "a");
  assert.equal((await one("10.0.0.2", interfaces)).hop, null);
});

Deno.test("without a kernel only fixed next hops count", async () => {
  const found = await findNextHops(null, NET0, ["10.0.0.1"]);
  assert.match(found.get("10.0.0.1")?.reason ?? "", /no interface .* has a next_hop/);
});

Deno.test("a kernel that cannot be asked is the reason", async () => {
  const broken = { ...answering(VIEW), view: () => Promise.reject(new Error("no answer")) };
  const found = await findNextHops(broken, NET0, ["10.0.0.1"]);
  assert.equal(found.get("10.0.0.1")?.reason, "cannot ask the kernel: no answer");
});

Deno.test("the kernel is asked once about neighbours that are unknown, failed or stale", async () => {
  const kernel = answering(VIEW);
  await findNextHops(kernel, NET0, ["10.0.0.1", "10.9.1.1", "10.0.0.2", "2001:db8::1", "10.6.0.3"]);
  assert.deepEqual(kernel.asked.sort(), ["10.0.0.1@eth1", "10.0.0.2@eth1"]);
});

Deno.test("only a change of where packets leave is a change", () => {
  const hop = (mac: string, more: { mtu?: number } = {}): NextHop => (
    { hop: { interface: "a", mac }, reason: null, ...more }
  );
  const none = (reason: string): NextHop => ({ hop: null, reason });
  const table = (next: NextHop) => new Map([["10.0.0.1", next]]);
  assert.ok(sameHops(table(none("x")), table(none("y"))));
  assert.ok(sameHops(table(hop("m")), table(hop("m"))));
  assert.ok(!sameHops(table(hop("m")), table(hop("n"))));
  assert.ok(!sameHops(table(hop("m")), table(hop("m", { mtu: 1400 }))));
  assert.ok(!sameHops(table(hop("m")), table(none("x"))));
  assert.ok(!sameHops(table(hop("m")), new Map()));
});

const isRoot = Deno.uid() === 0;

Deno.test({
  name: `in real network namespaces: neighbours are found by themselves${
    isRoot ? "" : " (needs root)"
  }`,
  ignore: !isRoot,
  async fn() {
    const names = [`gwt-${Deno.pid}-lb`, `gwt-${Deno.pid}-as`] as const;
    try {
      for (const name of names) await ip("netns", "add", name);
      await connect(...names);
      const interfaces = { net0: { ...NET0.net0, snat: ["nat4", "nat6"] } };
      const script = new URL("./next_hops_child.ts", import.meta.url).pathname;
      const { stdout } = await run("ip", [
        ...["netns", "exec", names[0], Deno.execPath(), "run", "--no-check", "-A", script],
        ...[
          JSON.stringify(interfaces),
          "10.0.0.1",
          "10.9.0.1",
          "2001:db8::1",
          "10.0.0.9",
          "99.0.0.1",
        ],
      ]);
      const found = new Map<string, NextHop>(JSON.parse(stdout));
      const mac = "02:00:00:00:00:01";
      for (const address of ["10.0.0.1", "10.9.0.1", "2001:db8::1", "0.0.0.0/0", "::/0"]) {
        assert.deepEqual(found.get(address)?.hop, { interface: "net0", mac }, address);
      }
      const behind = found.get("10.9.0.1")!;
      assert.equal(behind.hop && behind.mtu, 1400);
      assert.equal(found.get("10.0.0.9")?.reason, "10.0.0.9 on eth1 does not answer ARP");
      assert.equal(found.get("99.0.0.1")?.reason, "no route to 99.0.0.1");
    } finally {
      for (const name of names) await ip("netns", "del", name).catch(() => {});
    }
  },
});

/** eth1 to eth1, 10.0.0.254 and 10.0.0.1, with routes to 10.9.0.0/16 and to the rest behind the latter. */
async function connect(here: string, there: string): Promise<void> {
  const peer = ["peer", "name", "eth1", "netns", there, "address", "02:00:00:00:00:01"];
  await ip("-n", here, "link", "add", "eth1", "type", "veth", ...peer);
  for (const [name, last] of [[here, "254"], [there, "1"]] as const) {
    await ip("-n", name, "addr", "add", `10.0.0.${last}/24`, "dev", "eth1");
    await ip("-n", name, "addr", "add", `2001:db8::${last}/64`, "dev", "eth1", "nodad");
    await ip("-n", name, "link", "set", "eth1", "up");
  }
  const to = (...route: string[]) => ip("-n", here, "route", "add", ...route);
  await to("10.9.0.0/16", "via", "10.0.0.1", "mtu", "1400");
  await to("default", "via", "10.0.0.1");
  await to("default", "via", "2001:db8::1");
  await to("unreachable", "99.0.0.0/8");
}

async function ip(...args: string[]): Promise<void> {
  await run("ip", args);
}

async function run(command: string, args: string[]): Promise<{ stdout: string }> {
  const output = await new Deno.Command(command, { args, stdout: "piped", stderr: "piped" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!output.success) throw new Error(`${command} ${args.join(" ")}: ${text(output.stderr)}`);
  return { stdout: text(output.stdout) };
}
