import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
import { host } from "./lab_errors.ts";
import { INTERFACES, KERNEL_LAN, server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";
import type { Echo } from "./lab_udp.ts";

const SERVERS = 3;

/** What differs between nat4 and nat6; the VIPs are alike. */
interface Side {
  encap: "nat4" | "nat6";
  family: "ip4" | "ip6";
  /** Per port, with other ports at the servers. */
  byPort: string;
  /** For all ports. */
  allPorts: string;
  /** A prefix, and addresses of it. */
  prefix: string;
  within: string[];
}

const SIDES: Side[] = [
  {
    encap: "nat4",
    family: "ip4",
    byPort: "90.0.0.1",
    allPorts: "90.0.0.2",
    prefix: "91.0.0.0/8",
    within: ["91.0.0.1", "91.77.1.2", "91.255.255.254"],
  },
  {
    encap: "nat6",
    family: "ip6",
    byPort: "2002::1",
    allPorts: "2002::2",
    prefix: "2003::/16",
    within: ["2003::1", "2003:77:1::2", "2003:ffff::fffe"],
  },
];

function vips({ encap, family, byPort, allPorts, prefix }: Side): unknown[] {
  const servers = Array.from({ length: SERVERS }, (_, n) => ({ address: server(n + 1)[family] }));
  const length = family === "ip4" ? 32 : 128;
  return [
    { prefix: `${byPort}/${length}`, protocol: "tcp", port: 80, target_port: 8080 },
    { prefix: `${byPort}/${length}`, port: 7, target_port: 7007 },
    { prefix: `${allPorts}/${length}` },
    { prefix },
  ].map((vip) => ({ ...vip, encap, servers }));
}

/** The servers have their own addresses only. */
const OPTIONS: SiteOptions = {
  config: { vips: SIDES.flatMap(vips) },
  servers: SERVERS,
  server: (n) => ({
    places: [server(n).ip4, server(n).ip6].flatMap((own) => [
      `tcp ${own} 80`,
      `tcp ${own} 8080`,
      `udp ${own} 7`,
      `udp ${own} 7007`,
    ]),
  }),
};

function url(address: string): string {
  return `http://${host(address)}/`;
}

async function answers(site: Site, addresses: string[]): Promise<string[]> {
  const names: string[] = [];
  for (const address of addresses) names.push(await site.curl(url(address)));
  return names;
}

/** Each echo is whole and comes from the very address and port that was written to. */
function assertEchoes(echoes: Echo[]): void {
  for (const { to, from, whole } of echoes) {
    assert.equal(from, to);
    assert.ok(whole, `the echo of ${to} is not what was sent`);
  }
}

rootTest("nat4 and nat6 carry TCP and UDP there and back", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { encap, byPort, allPorts, within } of SIDES) {
      await t.step(`${encap}: curl through a VIP with another port at the servers`, async () => {
        await site.assertAllAnswer(url(byPort), SERVERS);
      });
      await t.step(`${encap}: curl through a VIP for all ports, and through a prefix`, async () => {
        assert.equal((await answers(site, [allPorts, ...within])).length, 4);
      });
      await t.step(`${encap}: echoes come from the address that was written to`, async () => {
        const places = [byPort, allPorts, ...within].map((address) => `${address} 7`);
        const echoes = await site.echo(places, 100, 4);
        assertEchoes(echoes);
        assert.ok(new Set(echoes.map((one) => one.server)).size > 1, "one server has them all");
      });
      await t.step(`${encap}: a datagram of 5,000 bytes comes back whole`, async () => {
        const before = await site.total("forwarded");
        assertEchoes(await site.echo([byPort, allPorts].map((one) => `${one} 7`), 5000, 3));
        // Four fragments each.
        assert.ok(await site.total("forwarded") - before >= 24);
      });
    }
    await t.step("what was counted on the way back is what was counted there", async () => {
      const { total, vips } = await site.api.counters();
      const returned = vips.reduce((sum, vip) => sum + (vip.counters["return_packets"] ?? 0), 0);
      assert.equal(total["returned"], returned);
      assert.ok(returned > 100, `${returned} packets`);
      assert.deepEqual(await site.drops(), {});
    });
  });
});

/** Packets to the VIPs come by the servers' link, too, and nothing tells of a way to clients but these. */
const ONE_ARMED: SiteOptions = {
  ...OPTIONS,
  config: { ...OPTIONS.config, interfaces: { lan: INTERFACES.lan } },
  prepare: (net) =>
    net.ip(
      "router",
      ...SIDES.flatMap(({ byPort, allPorts, family }) =>
        [byPort, allPorts].map((vip) => `route replace ${vip} via ${KERNEL_LAN[family]}`)
      ),
    ),
};

rootTest("nat4 and nat6 work with one arm", async (t) => {
  await withSite(ONE_ARMED, async (site) => {
    for (const { encap, byPort, allPorts } of SIDES) {
      await t.step(`${encap}: curl and echoes`, async () => {
        await answers(site, [byPort, allPorts, byPort, allPorts]);
        for (const bytes of [100, 5000]) {
          assertEchoes(await site.echo([byPort, allPorts].map((one) => `${one} 7`), bytes, 3));
        }
      });
    }
    await t.step("nothing was dropped", async () => assert.deepEqual(await site.drops(), {}));
  });
});
