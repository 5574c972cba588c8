import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { assertDownload, host } from "./lab_errors.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";

/** Every tunnel with each family inside and outside. */
const VIPS = ["gre", "ipip", "gue"].flatMap((encap, at) =>
  (["ip4", "ip6"] as const).flatMap((outer) => [
    { encap, outer, address: `90.0.${at + 1}.${outer === "ip4" ? 4 : 6}` },
    { encap, outer, address: `2002:${at + 1}::${outer === "ip4" ? 4 : 6}` },
  ])
);
const SERVERS = [1, 2];

const OPTIONS: SiteOptions = {
  config: {
    vips: VIPS.map(({ encap, outer, address }) => ({
      prefix: `${address}/${address.includes(":") ? 128 : 32}`,
      encap: encap === "gre" ? `gre${outer.slice(2)}` : encap,
      servers: SERVERS.map((n) => ({ address: server(n)[outer] })),
    })),
  },
  servers: SERVERS.length,
  // Room for every outer header.
  lanMtu: 1600,
  server: () => ({
    tunnel: true,
    vips: VIPS.map(({ address }) => address),
    places: VIPS.flatMap(({ address }) => [`tcp ${address} 80`, `udp ${address} 7`]),
  }),
};

rootTest("HTTP and UDP pass every tunnel", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { encap, outer, address } of VIPS) {
      const inner = address.includes(":") ? "ip6" : "ip4";
      await t.step(`${encap}: ${inner} in ${outer}`, async () => {
        await site.assertAllAnswer(`http://${host(address)}/`, SERVERS.length);
        await assertDownload(site, address);
      });
    }
    for (const size of [100, 5000]) {
      await t.step(`datagrams of ${size} bytes come back whole through all`, async () => {
        const echoes = await site.echo(VIPS.map(({ address }) => `${address} 7`), size, 2);
        for (const { to, from, whole } of echoes) assert.deepEqual([from, whole], [to, true]);
      });
    }
    await t.step("nothing was dropped or cut", async () => {
      assert.deepEqual(await site.drops(), {});
      assert.equal(await site.total("fragmented"), 0);
    });
  });
});
