import assert from "node:assert/strict";
import type { Lab } from "../../lib/demo/lab.ts";
import { shell } from "../../lib/demo/namespaces.ts";
import { demoConfig, GUIDEWAY } from "../../lib/demo/topology.ts";
import { httpRound, ip, rootTest, withLab } from "./lab.ts";

/** MAC address of a device in a host of the lab. */
async function macOf(lab: Lab, host: string, device: string): Promise<string> {
  const text = await shell(lab.namespace(host), `cat /sys/class/net/${device}/address`);
  return text.trim();
}

/**
 * The kernel does not share an af_xdp port: nobody answers ARP there, and nobody asks. Router and
 * Guideway are told of each other.
 */
rootTest(
  "an interface becomes af_xdp while the program runs, again and again, and carries the traffic",
  async () => {
    await withLab(demoConfig(), async (lab) => {
      const mine = await macOf(lab, "gw", "eth1");
      const neighbour = (address: string) =>
        `neigh replace ${address} lladdr ${mine} dev gw nud permanent`;
      await ip(lab, "router", neighbour(GUIDEWAY.ip4), neighbour(GUIDEWAY.ip6));
      const mac = await macOf(lab, "router", "gw");
      const { config } = await lab.api.config();
      const before = config.interfaces;
      const become = async (interfaces: typeof before) => {
        await lab.api.replace(JSON.stringify({ ...config, interfaces }), "json");
      };
      const xdp = { net0: { device: "af_xdp:eth1", next_hop: { mac }, snat: [] } };
      // More than once: the driver leaves its socket behind, with the queue and thousands of buffers.
      for (let time = 0; time < 4; time++) {
        await become(xdp);
        await become(before);
      }
      await become(xdp);

      const tally = await httpRound(lab);
      assert.equal(tally.answered, 600, tally.errors.join("\n"));
      assert.deepEqual(tally.kept, { connections: 60, changed: 0 });
      const [port] = (await lab.api.status()).interfaces;
      assert.equal(port?.driver, "net_af_xdp");
    });
  },
);

/** Behind a tap port stands the kernel itself, which routes between it and the rest. */
rootTest("a tap port carries the traffic between the kernel and the servers", async () => {
  await withLab(demoConfig(), async (lab) => {
    const { config } = await lab.api.config();
    // The kernel takes what comes back for its own: the outer source is an address that it has.
    await shell(
      lab.namespace("gw"),
      "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 " +
        "net.ipv4.conf.all.accept_local=1 net.ipv4.conf.default.accept_local=1",
    );
    const any = "02:00:00:00:00:01";
    config.interfaces = { net1: { device: "tap:gwt0", next_hop: { mac: any }, snat: [] } };
    await lab.api.replace(JSON.stringify(config), "json");
    const mac = await macOf(lab, "gw", "gwt0");
    config.interfaces = { net1: { device: "tap:gwt0", next_hop: { mac }, snat: [] } };
    await lab.api.replace(JSON.stringify(config), "json");
    await ip(
      lab,
      "gw",
      "link set gwt0 up",
      ...["169.254.9.9", "fe80::9"].map((one) =>
        `neigh replace ${one} lladdr ${mac} dev gwt0 nud permanent`
      ),
      "route add 90.0.0.0/8 via 169.254.9.9 dev gwt0 onlink",
      "route add 2002::/16 via fe80::9 dev gwt0",
    );

    const tally = await httpRound(lab);
    assert.equal(tally.answered, 600, tally.errors.join("\n"));
    assert.deepEqual(tally.kept, { connections: 60, changed: 0 });
  });
});
