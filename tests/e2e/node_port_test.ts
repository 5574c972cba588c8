import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { host } from "./lab_errors.ts";
import { NODE, server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const SIDES = [
  { encap: "nat4", family: "ip4", prefix: "90.0.0.1/32" },
  { encap: "nat6", family: "ip6", prefix: "2002::1/128" },
] as const;
const NODE_PORT = 30_080;
const SERVERS = [1, 2];

/**
 * `at`: whose address the node's own is. With af_packet the kernel sees the same frames, and refuses what it
 * has no socket for. So the node's address is best one that the router sends to Guideway and the kernel
 * does not have, as the VIPs are: then nothing is to be done at the kernel. Where it has to be the kernel's own,
 * nftables drops the node ports there; packet sockets get their frames before that.
 */
function options(at: "router" | "kernel"): SiteOptions {
  const vips = SIDES.map(({ encap, family, prefix }) => ({
    prefix,
    encap,
    type: "nodeport",
    port: 80,
    target_port: 8080,
    node_port: NODE_PORT,
    servers: SERVERS.map((n) => ({ address: server(n)[family] })),
  }));
  return {
    config: { vips },
    servers: SERVERS.length,
    server: (n) => ({
      places: [server(n).ip4, server(n).ip6].flatMap((
        own,
      ) => [`tcp ${own} 8080`, `udp ${own} 8080`]),
    }),
    prepare: async (net) => {
      if (at === "router") return;
      await net.ip(
        "gw",
        `addr add ${NODE.ip4}/32 dev eth1`,
        `addr add ${NODE.ip6}/128 dev eth1 nodad`,
      );
      await net.nft(
        "gw",
        `table inet guideway {
          chain node_ports {
            type filter hook prerouting priority raw
            iifname eth1 meta l4proto { tcp, udp } th dport ${NODE_PORT} drop
          }
        }`,
      );
    },
  };
}

async function assertServed(site: Site): Promise<void> {
  for (const { family, prefix } of SIDES) {
    const vip = prefix.replace(/\/.*/, "");
    for (const [address, port] of [[NODE[family], NODE_PORT], [vip, 80]] as const) {
      await site.assertAllAnswer(`http://${host(address)}:${port}/`, SERVERS.length);
      for (const { to, from, whole } of await site.echo([`${address} ${port}`], 100, 4)) {
        assert.deepEqual([from, whole], [to, true]);
      }
    }
  }
  assert.deepEqual(await site.drops(), {});
}

rootTest("a node port serves TCP and UDP at the node's own address", async (t) => {
  await withSite(options("router"), async (site) => {
    await t.step("beside the VIP's own port", () => assertServed(site));
    await t.step("and leaves other ports of the node alone", async () => {
      const before = await site.total("left_not_vip");
      const url = `http://${NODE.ip4}:${NODE_PORT + 1}/`;
      const { code } = await site.net.run("client", "curl", "-s", "--max-time", "0.2", url);
      // Nobody is there: not even a refusal comes back.
      assert.equal(code, 28);
      assert.ok(await site.total("left_not_vip") > before);
    });
  });
});

rootTest("a node port works where the address is the kernel's, too", async () => {
  await withSite(options("kernel"), async (site) => {
    await assertServed(site);
    // The kernel still answers for its address.
    const { stdout } = await site.net.run("client", "ping", "-c", "1", "-W", "5", NODE.ip4);
    assert.match(stdout, /1 received/);
  });
});
