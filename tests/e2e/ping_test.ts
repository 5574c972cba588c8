import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const COUNT = 3;
const SIZES = [56, 1400, 3000];

/** Guideway answers for these. */
const ANSWERED = ["90.0.0.1", "90.77.1.2", "2002::1", "2002:77::2", "100.0.0.1"];

/** The servers answer for these. */
const FORWARDED = [
  { address: "91.0.0.1", encap: "gre4", family: "ip4" },
  { address: "2003::1", encap: "gre6", family: "ip6" },
  { address: "92.0.0.1", encap: "nat4", family: "ip4" },
  { address: "2004::1", encap: "nat6", family: "ip6" },
] as const;

const TUNNELLED = FORWARDED.filter(({ encap }) => encap.startsWith("gre")).map((one) =>
  one.address
);

function servers(family: "ip4" | "ip6") {
  return [1, 2].map((n) => ({ address: server(n)[family] }));
}

const OPTIONS: SiteOptions = {
  config: {
    vips: [
      { prefix: "90.0.0.0/8", encap: "gre4", servers: servers("ip4") },
      { prefix: "2002::/16", encap: "nat6", port: 80, servers: servers("ip6") },
      { prefix: "100.0.0.1/32", encap: "l3dsr", dscp: 1, servers: servers("ip4") },
      ...FORWARDED.map(({ address, encap, family }) => ({
        prefix: `${address}/${family === "ip4" ? 32 : 128}`,
        encap,
        icmp_echo: "forward",
        servers: servers(family),
      })),
    ],
  },
  servers: 2,
  // Room for the outer headers.
  lanMtu: 1600,
  server: (n) => ({ places: [`tcp ${server(n).ip4} 80`], tunnel: true, vips: TUNNELLED }),
};

/** ping compares the bytes of what comes back with what it sent. */
async function assertPings(site: Site, address: string, size: number): Promise<void> {
  const words = ["-n", "-c", `${COUNT}`, "-i", "0.01", "-W", "5", "-s", `${size}`, address];
  const { code, stdout } = await site.net.run("client", "ping", ...words);
  assert.equal(code, 0, stdout);
  assert.match(stdout, new RegExp(`${COUNT} received, 0% packet loss`));
  assert.doesNotMatch(stdout, /wrong data|DUP|truncated/);
  const answer = new RegExp(`^${size + 8} bytes from ${address}: `, "gm");
  assert.equal(stdout.match(answer)?.length, COUNT, stdout);
}

rootTest("a VIP answers pings", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const address of ANSWERED) {
      await t.step(`ping ${address}`, async () => {
        for (const size of SIZES) await assertPings(site, address, size);
      });
    }
    await t.step("without a server", async () => {
      assert.equal(await site.total("forwarded"), 0);
      assert.ok(await site.total("answered") >= ANSWERED.length * SIZES.length * COUNT);
    });
    for (const { address, encap } of FORWARDED) {
      await t.step(`ping ${address}, whose servers answer through ${encap}`, async () => {
        const answered = await site.total("answered");
        for (const size of SIZES) await assertPings(site, address, size);
        assert.equal(await site.total("answered"), answered);
        const prefix = `${address}/${address.includes(":") ? 128 : 32}`;
        const { counters } = await site.api.vip(prefix);
        assert.ok(counters["packets"]! >= SIZES.length * COUNT);
      });
    }
    await t.step("nothing was dropped", async () => assert.deepEqual(await site.drops(), {}));
  });
});
