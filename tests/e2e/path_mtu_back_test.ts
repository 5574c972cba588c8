import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { assertDownload, pathMtu } from "./lab_errors.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";

const CLIENT_MTU = 1400;
const SERVERS = [1, 2, 3];

const VIPS = [
  { address: "90.0.0.1", encap: "gre4", family: "ip4", client: "203.0.113.10" },
  { address: "2002::1", encap: "gre6", family: "ip6", client: "2001:db8:c::10" },
] as const;

const OPTIONS: SiteOptions = {
  config: {
    vips: VIPS.map(({ address, encap, family }) => ({
      prefix: `${address}/${family === "ip4" ? 32 : 128}`,
      encap,
      servers: SERVERS.map((n) => ({ address: server(n)[family] })),
    })),
  },
  servers: SERVERS.length,
  clientMtu: CLIENT_MTU,
  server: () => ({
    tunnel: true,
    vips: VIPS.map(({ address }) => address),
    places: VIPS.map(({ address }) => `tcp ${address} 80`),
  }),
};

rootTest("a server behind a tunnel hears of the narrow link to its client", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { address, encap, client } of VIPS) {
      await t.step(`${encap}: downloads from every server`, async () => {
        const learned = async () => {
          const all = SERVERS.map((n) => pathMtu(site.net, server(n).name, client, address));
          return (await Promise.all(all)).filter((mtu) => mtu === CLIENT_MTU).length;
        };
        // The error goes to the server of the connection that it is about, wherever its own addresses would lead.
        for (let n = 0; n < 30 && await learned() < SERVERS.length; n++) {
          await assertDownload(site, address);
        }
        assert.equal(await learned(), SERVERS.length);
      });
    }
    await t.step("and every error found its connection", async () => {
      assert.ok(await site.total("related_packet") >= VIPS.length * SERVERS.length);
      assert.deepEqual(await site.drops(), {});
    });
  });
});
