import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { assertUpload, pathMtu } from "./lab_errors.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { withSite } from "./lab_site.ts";

/** Of a link that Guideway's kernel knows nothing of: behind s1, which is a router here. */
const BEYOND = 1400;
/** s2's addresses there. */
const SERVER = { ip4: "10.9.0.2", ip6: "2001:db8:9::2" };

/** `growth`: bytes of the outer headers. */
const VIPS = [
  { address: "90.0.0.1", encap: "gre4", outer: "ip4", growth: 24 },
  { address: "2002::1", encap: "gre6", outer: "ip6", growth: 44 },
  { address: "90.0.0.2", encap: "ipip", outer: "ip6", growth: 40 },
  { address: "2002::2", encap: "gue", outer: "ip4", growth: 28 },
] as const;

const OPTIONS: SiteOptions = {
  config: {
    vips: VIPS.map(({ address, encap, outer }) => ({
      prefix: `${address}/${address.includes(":") ? 128 : 32}`,
      encap,
      servers: [{ address: SERVER[outer] }],
    })),
  },
  servers: 2,
  server: (n) => ({
    tunnel: true,
    vips: n === 2 ? VIPS.map(({ address }) => address) : [],
    places: n === 2 ? VIPS.map(({ address }) => `tcp ${address} 80`) : ["tcp 127.0.0.1 80"],
  }),
  prepare: async (net) => {
    await net.link(
      { host: "s1", device: "deep", mtu: BEYOND, addresses: ["10.9.0.1/24", "2001:db8:9::1/64"] },
      { host: "s2", device: "deep", mtu: BEYOND, addresses: ["10.9.0.2/24", "2001:db8:9::2/64"] },
    );
    await net.shell("s1", "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
    await net.ip(
      "gw",
      `route add 10.9.0.0/24 via ${server(1).ip4}`,
      `route add 2001:db8:9::/64 via ${server(1).ip6}`,
    );
  },
};

rootTest(
  "Guideway learns of a narrow link beyond the next router, and tells clients",
  async (t) => {
    await withSite(OPTIONS, async (site) => {
      for (const { address, encap, outer, growth } of VIPS) {
        await t.step(`${encap} over ${outer}: an upload goes on`, async () => {
          await assertUpload(site, address);
          assert.equal(await pathMtu(site.net, "client", address), BEYOND - growth);
        });
      }
    });
  },
);
