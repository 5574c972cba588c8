import assert from "node:assert/strict";
import type { Counters, CountersView } from "../../lib/status.ts";
import { rootTest } from "./lab.ts";
import { host } from "./lab_errors.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const SIDES = [
  { encap: "nat4", family: "ip4", address: "90.0.0.1", length: 32 },
  { encap: "nat6", family: "ip6", address: "2002::1", length: 128 },
] as const;
/** Half of the answers come to the other worker: that none of so many does is one chance in four thousand million. */
const TRIES = 32;

const OPTIONS: SiteOptions = {
  config: {
    workers: 2,
    vips: SIDES.map(({ encap, family, address, length }) => ({
      prefix: `${address}/${length}`,
      encap,
      servers: [1, 2].map((n) => ({ address: server(n)[family] })),
    })),
  },
  servers: 2,
  server: (n) => ({
    places: [server(n).ip4, server(n).ip6].flatMap((own) => [`tcp ${own} 80`, `udp ${own} 7`]),
  }),
};

/** What the workers did between two moments. */
function between(before: CountersView, after: CountersView): Counters[] {
  return after.workers.map(({ counters }, index) => {
    const old = before.workers[index]!.counters;
    const entries = Object.entries(counters).map(([name, n]) => [name, n - old[name]!] as const);
    return Object.fromEntries(entries.filter(([, n]) => n > 0));
  });
}

/** The only worker that counted there. */
function who(name: string, moves: Counters[]): number {
  const moved = moves.flatMap((counters, index) => counters[name] === undefined ? [] : [index]);
  assert.equal(moved.length, 1, `${name}: ${JSON.stringify(moves)}`);
  return moved[0]!;
}

/** Whether the echo of one datagram came to another worker than the datagram. */
async function crosses(site: Site, address: string): Promise<boolean> {
  const before = await site.api.counters();
  const script = `exec 3<>/dev/udp/${address}/7; echo hello you >&3; timeout 5 head -n 1 <&3`;
  const { stdout } = await site.net.run("client", "bash", "-c", script);
  assert.match(stdout, /^s[12]/);
  const moves = between(before, await site.api.counters());
  return who("forwarded", moves) !== who("returned", moves);
}

rootTest("answers that come to another worker find their way", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { encap, address } of SIDES) {
      await t.step(`${encap}: echoes that cross arrive like those that do not`, async () => {
        let crossed = 0;
        for (let n = 0; n < TRIES; n++) crossed += Number(await crosses(site, address));
        assert.ok(crossed > 0 && crossed < TRIES, `${crossed} of ${TRIES} crossed`);
      });
    }
    for (const { encap, address } of SIDES) {
      await t.step(`${encap}: curl up and down, again and again`, async () => {
        const url = `http://${host(address)}/200000`;
        const urls = Array.from({ length: 9 }, () => [url, "-o", "/dev/null"]).flat();
        const options = ["-o", "/dev/null", "--no-keepalive", "--write-out", "%{size_download} "];
        assert.equal(await site.curl(url, ...options, ...urls), "200000 ".repeat(10).trim());
      });
    }
    await t.step("fragments of datagrams, too", async () => {
      const places = SIDES.map(({ address }) => `${address} 7`);
      for (const { to, from, whole } of await site.echo(places, 5000, 8)) {
        assert.deepEqual([from, whole], [to, true]);
      }
    });
    await t.step("no packet went astray", async () => {
      assert.deepEqual(await site.drops(), {});
      assert.equal(await site.total("left_no_flow"), 0);
    });
  });
});
