import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { stations } from "./lab_errors.ts";
import type { Net } from "./lab_net.ts";
import { NODE, server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";

/** What the servers know the VIPs by. */
const VIPS = [{ address: "100.0.0.1", dscp: 2 }, { address: "100.0.0.2", dscp: 63 }] as const;
const SERVERS = 3;
const SERVER_NUMBERS = Array.from({ length: SERVERS }, (_, index) => index + 1);

/**
 * The other half of l3dsr, in nftables alone: DSCP tells the VIP, which becomes the destination again
 * before the kernel looks for a route. Nothing is tracked, for the answers come from the VIP by themselves.
 * nft repairs the checksums. Before that, each chain counts what came, by its ECN bits.
 */
async function undo(net: Net, host: string): Promise<void> {
  const counts = ["not-ect", "ect0", "ect1", "ce"].map((ecn) =>
    `    ip ecn ${ecn} counter name "${ecn}"`
  );
  await net.nft(
    host,
    `table ip l3dsr {
  counter not-ect {}
  counter ect0 {}
  counter ect1 {}
  counter ce {}
  map vips {
    type dscp : ipv4_addr
    elements = { ${VIPS.map(({ dscp, address }) => `${dscp} : ${address}`).join(", ")} }
  }
  chain count {
${counts.join("\n")}
  }
  chain undo {
    type filter hook prerouting priority raw
    ip dscp { ${VIPS.map(({ dscp }) => dscp).join(", ")} } jump count
    notrack ip daddr set ip dscp map @vips
  }
}`,
  );
}

/** The client's packets to the VIPs get these ECN bits. */
async function mark(net: Net, ecn: string): Promise<void> {
  await net.shell("client", "nft flush ruleset");
  await net.nft(
    "client",
    `table ip client {
  chain out {
    type filter hook output priority mangle
    ip daddr 100.0.0.0/8 ip ecn set ${ecn}
  }
}`,
  );
}

/** Packets that came to the servers, by ECN bits; the counters begin anew. */
async function takeCounts(net: Net): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const n of SERVER_NUMBERS) {
    const text = await net.shell(server(n).name, "nft -j reset counters");
    for (const { counter } of JSON.parse(text).nftables) {
      if (counter?.packets) counts[counter.name] = (counts[counter.name] ?? 0) + counter.packets;
    }
  }
  return counts;
}

const OPTIONS: SiteOptions = {
  config: {
    vips: VIPS.map(({ address, dscp }) => ({
      prefix: `${address}/32`,
      encap: "l3dsr",
      dscp,
      servers: SERVER_NUMBERS.map((n) => ({ address: server(n).ip4 })),
    })),
  },
  servers: SERVERS,
  server: () => ({
    vips: VIPS.map(({ address }) => address),
    places: VIPS.flatMap(({ address }) => [`tcp ${address} 80`, `udp ${address} 7`]),
  }),
  prepare: async (net) => {
    for (const n of SERVER_NUMBERS) await undo(net, server(n).name);
  },
};

rootTest("l3dsr carries TCP and UDP to servers whose nftables undo it", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { address, dscp } of VIPS) {
      await t.step(
        `curl through ${address}, which is DSCP ${dscp}, reaches all servers`,
        async () => {
          const names = new Set<string>();
          // Chance decides: so many that none is left out in a thousand million runs.
          for (let n = 0; n < 60 && names.size < 3; n++) {
            names.add(await site.curl(`http://${address}/`));
          }
          assert.deepEqual([...names].sort(), ["s1", "s2", "s3"]);
        },
      );
      await t.step(`${address} echoes datagrams, one in fragments`, async () => {
        for (const bytes of [100, 5000]) {
          for (const { to, from, whole } of await site.echo([`${address} 7`], bytes, 3)) {
            assert.deepEqual([from, whole], [to, true]);
          }
        }
      });
    }
    await t.step("nothing was dropped", async () => assert.deepEqual(await site.drops(), {}));
    await t.step("traceroute sees the router, the node and the VIP", async () => {
      const [{ address }] = VIPS;
      assert.deepEqual(await stations(site, address, 4321), ["203.0.113.1", NODE.ip4, address]);
      assert.deepEqual(await site.drops(), { drop_ttl_expired: 1 });
    });
    for (const ecn of ["not-ect", "ect0", "ect1", "ce"]) {
      await t.step(`ECN bits ${ecn} arrive as they were sent`, async () => {
        await mark(site.net, ecn);
        await takeCounts(site.net);
        for (const { address } of VIPS) await site.curl(`http://${address}/`);
        const counts = await takeCounts(site.net);
        assert.deepEqual(Object.keys(counts), [ecn], JSON.stringify(counts));
        assert.ok(counts[ecn]! >= 8, `${counts[ecn]} packets`);
      });
    }
  });
});
