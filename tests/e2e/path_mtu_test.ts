import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { assertUpload, pathMtu } from "./lab_errors.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

/** Of the link to the servers; the client's is 1500, and the servers ask for segments that fill it. */
const LAN_MTU = 1400;

/** Four VIPs, each with one server: df copy and clear, outside IPv4 and IPv6, which add 24 and 44 bytes. */
const VIPS = [
  { address: "90.0.0.1", encap: "gre4", df: "copy", mtu: 1376, server: 1 },
  { address: "2002::1", encap: "gre6", df: "copy", mtu: 1356, server: 1 },
  { address: "90.0.0.2", encap: "gre4", df: "clear", server: 2 },
  { address: "2002::2", encap: "gre6", df: "clear", server: 2 },
] as const;

function prefix(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

/** At the client: counts ICMP errors that say "too big", by who says it. */
const COUNT_ERRORS = `table inet errors {
  chain input {
    type filter hook input priority filter
    icmp type destination-unreachable icmp code frag-needed ip saddr 90.0.0.1 counter comment "90.0.0.1"
    icmpv6 type packet-too-big ip6 saddr 2002::1 counter comment "2002::1"
    icmp type destination-unreachable icmp code frag-needed counter comment "all"
    icmpv6 type packet-too-big counter comment "all"
  }
}`;

const OPTIONS: SiteOptions = {
  config: {
    vips: VIPS.map(({ address, encap, df, server: n }) => ({
      prefix: prefix(address),
      encap,
      df,
      servers: [{ address: encap === "gre4" ? server(n).ip4 : server(n).ip6 }],
    })),
  },
  servers: 2,
  lanMtu: LAN_MTU,
  server: () => ({
    tunnel: true,
    vips: VIPS.map(({ address }) => address),
    places: VIPS.flatMap(({ address }) => [`tcp ${address} 80`, `udp ${address} 7`]),
  }),
  prepare: (net) => net.nft("client", COUNT_ERRORS),
};

/** ICMP errors that the client got up to now: from that address, and from anybody. */
async function errors(site: Site, address: string): Promise<[number, number]> {
  const { nftables } = JSON.parse(await site.net.shell("client", "nft -j list ruleset"));
  const counts = { [address]: 0, all: 0 };
  for (const { rule } of nftables as { rule?: { comment: string; expr: unknown[] } }[]) {
    if (rule === undefined || !(rule.comment in counts)) continue;
    for (const one of rule.expr as { counter?: { packets: number } }[]) {
      counts[rule.comment]! += one.counter?.packets ?? 0;
    }
  }
  return [counts[address]!, counts["all"]!];
}

/** Counters by name of a VIP and of all workers together. */
async function counters(site: Site, address: string, ...names: string[]): Promise<number[]> {
  const { total, vips } = await site.api.counters();
  const vip = vips.find((one) => one.prefix === prefix(address))!;
  return names.map((name) => vip.counters[name] ?? total[name] ?? 0);
}

rootTest("large packets pass a narrow link to the servers", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const vip of VIPS) {
      const { address, encap } = vip;
      const before = await counters(site, address, "icmp_sent", "too_big", "fragmented");
      if ("mtu" in vip) {
        await t.step(
          `${encap}, df copy: the VIP tells the client, and the upload goes on`,
          async () => {
            assert.equal(await pathMtu(site.net, "client", address), undefined);
            await assertUpload(site, address);
            assert.equal(await pathMtu(site.net, "client", address), vip.mtu);
            const [own, all] = await errors(site, address);
            assert.ok(own > 0 && own <= all, `${own} of ${all} errors came from the VIP`);
            const after = await counters(site, address, "icmp_sent", "too_big", "fragmented");
            assert.equal(after[0]! - before[0]!, own);
            assert.equal(after[1]! - before[1]!, own);
            assert.equal(after[2], before[2], "something was cut");
          },
        );
      } else {
        await t.step(
          `${encap}, df clear: packets are cut outside, and nobody is told`,
          async () => {
            await assertUpload(site, address);
            assert.equal(await pathMtu(site.net, "client", address), undefined);
            const after = await counters(site, address, "icmp_sent", "too_big", "fragmented");
            assert.deepEqual(after.slice(0, 2), [before[0], 0]);
            // Nearly all of 4 MB in segments of 1440 and more.
            assert.ok(after[2]! - before[2]! > 2500, `${after[2]! - before[2]!} were cut`);
          },
        );
      }
    }
    await t.step("a datagram of 5,000 bytes comes back whole through each", async () => {
      for (
        const { to, from, whole } of await site.echo(VIPS.map((vip) => `${vip.address} 7`), 5000)
      ) {
        assert.deepEqual([from, whole], [to, true]);
      }
    });
  });
});
