import assert from "node:assert/strict";
import { rootTest } from "./lab.ts";
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

/** The only worker whose counter went up between the two moments. */
function who(before: number[], after: number[]): number {
  const moved = after.flatMap((value, index) => value > before[index]! ? [index] : []);
  assert.equal(moved.length, 1, `${before} to ${after}`);
  return moved[0]!;
}

async function byWorker(site: Site, name: string): Promise<number[]> {
  const { workers } = await site.api.counters();
  return workers.map(({ counters }) => counters[name] ?? 0);
}

/** Whether the echo of one datagram came to another worker than the datagram. */
async function crosses(site: Site, address: string): Promise<boolean> {
  const there = await byWorker(site, "forwarded");
  const back = await byWorker(site, "returned");
  const script = `exec 3<>/dev/udp/${address}/7; echo hello you >&3; timeout 5 head -n 1 <&3`;
  const { stdout } = await site.net.run("client", "bash", "-c", script);
  assert.match(stdout, /^s[12]/);
  return who(there, await byWorker(site, "forwarded")) !==
    who(back, await byWorker(site, "returned"));
}

rootTest("answers that come to another worker find their way", async (t) => {
  await withSite(OPTIONS, async (site) => {
    for (const { encap, address, family } of SIDES) {
      await t.step(`${encap}: echoes that cross arrive like those that do not`, async () => {
        let crossed = 0;
        for (let n = 0; n < TRIES; n++) crossed += Number(await crosses(site, address));
        assert.ok(crossed > 0 && crossed < TRIES, `${crossed} of ${TRIES} crossed`);
      });
      await t.step(`${encap}: curl up and down, again and again`, async () => {
        const url = `http://${family === "ip4" ? address : `[${address}]`}/200000`;
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
