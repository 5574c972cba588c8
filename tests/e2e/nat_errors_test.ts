import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { NODE, server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";
import { assertDownload, assertUpload, pathMtu, refusal, stations } from "./lab_errors.ts";

const SIDES = [
  { encap: "nat4", family: "ip4", length: 32, up: "90.0.0.1", down: "90.0.0.2" },
  { encap: "nat6", family: "ip6", length: 128, up: "2002::1", down: "2002::2" },
] as const;
const CLOSED = 4321;
/** Of the way to s1, and of the client's link. */
const [NARROW, CLIENT_MTU] = [1300, 1400];

/** Two VIPs: behind one is s1, on a narrow way; behind the other s2. */
function vips({ encap, family, length, up, down }: typeof SIDES[number]): unknown[] {
  return [[up, 1] as const, [down, 2] as const].flatMap(([address, n]) => {
    const vip = {
      prefix: `${address}/${length}`,
      encap,
      servers: [{ address: server(n)[family] }],
    };
    return [vip, { ...vip, port: 9, target_port: CLOSED }];
  });
}

const OPTIONS: SiteOptions = {
  config: { vips: SIDES.flatMap(vips) },
  servers: 2,
  clientMtu: CLIENT_MTU,
  server: (n) => ({
    places: [`tcp ${server(n).ip4} 80`, `tcp ${server(n).ip6} 80`],
  }),
  prepare: (net) =>
    net.ip(
      "gw",
      `route add ${server(1).ip4} dev eth2 mtu ${NARROW}`,
      `route add ${server(1).ip6} dev eth2 mtu ${NARROW}`,
    ),
};

rootTest("ICMP errors find their way through nat4 and nat6", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { encap, family, up, down } of SIDES) {
      await t.step(`${encap}: a closed port at the server is refused at the client`, async () => {
        assert.match(await refusal(site, up, CLOSED), /Connection refused/);
        assert.match(await refusal(site, up, 9), /Connection refused/);
      });
      await t.step(`${encap}: an upload learns the MTU of the way to the server`, async () => {
        const sent = await site.total("icmp_sent");
        await assertUpload(site, up);
        assert.equal(await pathMtu(site.net, "client", up), NARROW);
        assert.ok(await site.total("icmp_sent") > sent);
      });
      await t.step(`${encap}: a download learns the MTU of the way to the client`, async () => {
        const related = await site.total("related_packet");
        await assertDownload(site, down);
        const client = family === "ip4" ? "203.0.113.10" : "2001:db8:c::10";
        assert.equal(await pathMtu(site.net, "s2", client), CLIENT_MTU);
        assert.ok(await site.total("related_packet") > related);
      });
      await t.step(`${encap}: traceroute sees the router, the node and the VIP`, async () => {
        const router = family === "ip4" ? "203.0.113.1" : "2001:db8:c::1";
        assert.deepEqual(await stations(site, down, CLOSED), [router, NODE[family], down]);
      });
    }
  });
});
