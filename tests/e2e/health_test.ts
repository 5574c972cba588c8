import assert from "node:assert/strict";
import type { Child } from "../../lib/demo/child.ts";
import { rootTest, toolCommand, until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const SERVERS = 3;
const VIP = "90.0.0.1";
const WEB = `${VIP}/32 tcp/80`;
const LINES = `${VIP}/32 tcp/7`;
const CHECK = { interval: 0.5, timeout: 0.4, rise: 2, fall: 2 };
const servers = Array.from({ length: SERVERS }, (_, n) => ({ address: server(n + 1).ip4 }));
const nat = { prefix: `${VIP}/32`, protocol: "tcp", encap: "nat4", servers };

/** The lab's own server programs listen where nobody asks: those that the test starts can be killed. */
const OPTIONS: SiteOptions = {
  config: {
    vips: [
      { ...nat, port: 80, target_port: 8080, health: { ...CHECK, type: "http", path: "/" } },
      { ...nat, port: 7, target_port: 7007, health: CHECK },
    ],
  },
  servers: SERVERS,
  server: (n) => ({ places: [`tcp ${server(n).ip4} 9`] }),
};

/** The `n`-th server's program; resolves when it listens. */
async function serve(site: Site, n: number): Promise<Child> {
  const { name, ip4 } = server(n);
  const ready = Promise.withResolvers<void>();
  const places = [`tcp ${ip4} 8080`, `lines ${ip4} 7007`];
  const command = toolCommand("./lab_server.ts", [name, ...places]);
  const child = site.net.start(`Server ${name}`, name, command, (line) => {
    if (line === "ready") ready.resolve();
  });
  await ready.promise;
  return child;
}

/** Waits until each server is so, with or without slots. */
async function settled(site: Site, wanted: string, out: number[] = []): Promise<void> {
  for (const vip of [WEB, LINES]) {
    await until(`${vip}: ${wanted}`, 30, async () => {
      const { servers } = await site.api.vip(vip);
      return servers.map(({ health }) => health.state).join(" ") === wanted &&
        servers.every(({ slots }, at) => (slots === 0) === out.includes(at + 1));
    });
  }
}

async function names(site: Site, times: number): Promise<Set<string>> {
  const seen = new Set<string>();
  for (let n = 0; n < times; n++) seen.add(await site.curl(`http://${VIP}/`));
  return seen;
}

rootTest("a server that is killed under traffic is left out, and comes back", async (t) => {
  await withSite(OPTIONS, async (site) => {
    const programs = await Promise.all(servers.map((_, at) => serve(site, at + 1)));
    await settled(site, "up up up");
    const connections = new Connections(site, 30, `${VIP} 7`);
    await connections.allOpen();

    await t.step("checks disturb nobody: what servers answer to them is the kernel's", async () => {
      const { last_check: at } = (await site.api.vip(WEB)).servers[0]!.health;
      await until("more checks", 30, async () => {
        const { last_check } = (await site.api.vip(WEB)).servers[0]!.health;
        return Date.parse(last_check!) - Date.parse(at!) > 3000;
      });
      const flows = (await site.api.flows({ limit: 10_000 })).flows;
      assert.deepEqual(flows.filter(({ source }) => !source.startsWith("203.0.113.")), []);
      assert.deepEqual(await site.drops(), {});
    });
    await t.step("new connections go elsewhere, and those to others go on", async () => {
      await programs[1]!.stop();
      await settled(site, "up down up", [2]);
      assert.deepEqual([...await names(site, 40)].sort(), ["s1", "s3"]);
      const [, { health }] = (await site.api.vip(WEB)).servers as [
        unknown,
        { health: { reason: string } },
      ];
      assert.equal(health.reason, "HTTP 10.0.0.12:8080: connection refused");
      await until("all are open again", 30, () => {
        const { s1 = 0, s3 = 0 } = connections.open;
        return Promise.resolve(s1 + s3 === 30);
      });
      assert.deepEqual([...new Set(connections.ends.map(({ server }) => server ?? "s2"))], ["s2"]);
    });
    await t.step("it gets new ones again when it is back", async () => {
      programs[1] = await serve(site, 2);
      await settled(site, "up up up");
      await site.assertAllAnswer(`http://${VIP}/`, SERVERS);
      assert.deepEqual([...new Set(connections.ends.map(({ server }) => server ?? "s2"))], ["s2"]);
    });
    await t.step("one that nobody can reach is down with a reason, too", async () => {
      await site.net.ip("router", "link set lan-s3 down");
      await settled(site, "up up down", [3]);
      const { reason } = (await site.api.vip(WEB)).servers[2]!.health;
      assert.match(
        reason!,
        /no answer within|does not answer ARP|not answered ARP|host unreachable/,
      );
      await site.net.ip("router", "link set lan-s3 up");
      await settled(site, "up up up");
    });
    await t.step("when all are down all get new flows, and it is said", async () => {
      await Promise.all(programs.map((program) => program.stop()));
      await settled(site, "down down down");
      await until("fail open", 30, async () => {
        const { summary } = await site.api.health();
        return summary.down === 6 && summary.vips_fail_open === 2;
      });
      await Promise.all(servers.map((_, at) => serve(site, at + 1)));
      await settled(site, "up up up");
      await site.assertAllAnswer(`http://${VIP}/`, SERVERS);
    });
  });
});
