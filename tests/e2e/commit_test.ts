import assert from "node:assert/strict";
import type { Lab } from "../../lib/demo/lab.ts";
import { demoConfig, SERVERS } from "../../lib/demo/topology.ts";
import type { Config } from "../../lib/config.ts";
import { rootTest, until, withLab } from "./lab.ts";
import { Receivers, sendNumbered } from "./udp.ts";

const VIP = "90.0.0.0/8";
const PER_SECOND = 2000;
const SECONDS = 10;
const FLOWS = 40;
const CHANGES = 50;

/** Weights and servers of the first VIP move with `n`; no change leaves it without a server. */
function changed(n: number): Config {
  const config = demoConfig() as Config;
  const servers = config.vips[0]!.servers;
  servers.forEach((server, index) => server.weight = (n + index) % 3 === 0 ? 0 : 20 + n);
  if (n % 5 === 0) servers.splice(n % 3, 1);
  return config;
}

/** The demo's configuration and 1,000 VIPs with 10 servers each. */
function large(): Config {
  const config = demoConfig() as Config;
  for (let n = 0; n < 1000; n++) {
    const servers = Array.from({ length: 10 }, (_, index) => ({
      address: `10.0.${1 + index % 3}.${10 + index}`,
      weight: 100,
    }));
    const prefix = `100.${64 + (n >> 8)}.${n & 255}.0/24`;
    config.vips.push({ ...config.vips[0]!, prefix, new_len: 1024, servers });
  }
  return config;
}

async function put(lab: Lab, config: Config): Promise<number> {
  const started = performance.now();
  await lab.api.replace(JSON.stringify(config), "json");
  return performance.now() - started;
}

async function forwarded(lab: Lab): Promise<number> {
  return (await lab.api.vip(VIP)).counters["packets"] ?? 0;
}

/** What came while the program had no processor, and the kernel had no more room for it. */
async function missed(lab: Lab): Promise<number> {
  const { interfaces } = await lab.api.interfaces();
  return interfaces.reduce((sum, one) => sum + one.missed, 0);
}

/** Every flow of the numbered packets was seen by one server only. */
function assertSticky(receivers: Receivers): void {
  const flows = [...receivers.latest.values()].flatMap(({ sources }) => sources);
  assert.equal(new Set(flows).size, flows.length, "a flow was seen by two servers");
  assert.equal(flows.length, FLOWS);
}

rootTest("changes under load lose no packet and move no flow", async () => {
  await withLab(demoConfig(), async (lab) => {
    const receivers = await Receivers.start(lab, "90.0.0.1");
    const count = PER_SECOND * SECONDS;
    let ended = false;
    const sending = sendNumbered(lab, "90.0.0.1", count, PER_SECOND, FLOWS)
      .finally(() => ended = true);
    // Until every flow has begun: what is tested is that they stay.
    await until("first packets", 5, async () => await forwarded(lab) > 4 * FLOWS);
    for (let n = 1; n <= CHANGES; n++) await put(lab, changed(n));
    assert.equal(ended, false, "the changes took longer than the traffic");
    const ms = await put(lab, large());
    assert.equal(ended, false, "the large commit took longer than the traffic");
    await sending;
    await receivers.settle(count);
    // A busy machine loses packets before the program and behind it, but none of them unseen.
    const before = await missed(lab), behind = receivers.sum("lost");
    assert.ok(before + behind < count / 10, `${before} and ${behind} lost by the machine`);
    assert.equal(await forwarded(lab), count - before);
    assert.equal(receivers.sum("packets"), count - before - behind);
    assert.equal(receivers.sum("different"), receivers.sum("packets"));
    assertSticky(receivers);
    console.log(
      `${count - before - behind} packets, ${CHANGES} changes, 1,000 VIPs in ${Math.round(ms)} ms`,
    );
  });
});

rootTest("an added server takes its share of new flows at once", async () => {
  const config = demoConfig() as Config;
  config.vips[0]!.servers = config.vips[0]!.servers.slice(0, 2);
  await withLab(config, async (lab) => {
    const receivers = await Receivers.start(lab, "90.0.0.1");
    await sendNumbered(lab, "90.0.0.1", 300, PER_SECOND, 300);
    await receivers.settle(300);
    assert.equal(receivers.latest.get("s3")?.packets ?? 0, 0);
    await lab.api.addServers(VIP, [{ address: SERVERS[2]!.ip4 }]);
    await sendNumbered(lab, "90.0.0.1", 300, PER_SECOND, 300);
    await receivers.settle(600);
    assert.equal(receivers.sum("packets"), 600);
    assert.ok((receivers.latest.get("s3")?.packets ?? 0) > 50, "the new server got too little");
  });
});
