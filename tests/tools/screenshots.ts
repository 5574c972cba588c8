/**
 * Writes a picture of each page of the console to `docs/screenshots/`: dark and light, wide and narrow, while simulated
 * traffic goes through. Takes as long as the graphs show.
 *
 *     deno run -A tests/tools/screenshots.ts [SECONDS]
 *
 * @module
 */
import type { Browser } from "playwright-core";
import { parseEndpoint } from "../../lib/net.ts";
import { firstFrame } from "../../lib/views/frame.ts";
import { PAGES } from "../../routes/(components)/navigation.tsx";
import { launch, live, openPage, SIZES } from "../routes/browser.ts";
import { Site } from "../routes/site.ts";

const FOLDER = new URL("../../docs/screenshots/", import.meta.url).pathname;
const SECONDS = 310;
const TICK_MS = 250;
/** Of a picture; long lists go on below it. */
const MOST_PIXELS = 1700;
const MAC = new Uint8Array(6);

const servers = (net: string, count: number, weight = 100) =>
  Array.from({ length: count }, (_, at) => ({ address: `${net}${at + 1}`, weight }));

const CONFIG = {
  conf: {
    ip4_src_address: "192.0.2.10",
    ip6_src_address: "2001:db8::10",
    buckets: 16_384,
    timeout: 40,
  },
  interfaces: { net0: { device: "null", next_hop: { mac: "02:00:00:00:00:01" } } },
  vips: [
    {
      prefix: "198.51.100.10/32",
      protocol: "tcp",
      port: 443,
      new_len: 16_384,
      servers: [...servers("10.0.1.", 5), { address: "10.0.1.6", weight: 50 }],
    },
    {
      prefix: "198.51.100.20/32",
      protocol: "udp",
      port: 53,
      encap: "ipip",
      new_len: 4096,
      src_ip_sticky: true,
      servers: servers("10.0.2.", 3),
    },
    {
      prefix: "2001:db8:51::/48",
      encap: "gre6",
      new_len: 4096,
      servers: servers("2001:db8:1::", 4),
    },
  ],
};

/** Of the first VIP, with something that is about to be done. */
const VIP_PAGE = {
  href: `/vips/${encodeURIComponent("198.51.100.10/32 tcp/443")}?do=drain&server=10.0.1.3`,
  label: "VIP",
};

/** Clients come and go in waves; some try a port that nobody serves. */
function traffic(site: Site, tick: number): void {
  const wave = (period: number, phase = 0) => 1 + 0.5 * Math.sin(tick / period + phase);
  const burst = (count: number, destination: string, protocol: "tcp" | "udp", ports: number) => {
    const six = destination.startsWith("[");
    const frames = Array.from({ length: Math.round(count) }, () => {
      const port = 1024 + Math.floor(Math.random() * ports);
      const host = Math.floor(Math.random() * 30) + 1;
      const source = six ? `[2001:db8:9::${host}]` : `203.0.113.${host}`;
      return firstFrame(
        parseEndpoint(`${source}:${port}`),
        parseEndpoint(destination),
        protocol,
        MAC,
      );
    });
    site.dataplane.frames(frames);
  };
  burst(900 * wave(60), "198.51.100.10:443", "tcp", 300 + 40 * wave(90));
  burst(320 * wave(35, 2), "198.51.100.20:53", "udp", 100);
  burst(500 * wave(80, 4), "[2001:db8:51::7]:443", "tcp", 80);
  if (tick % 160 < 24) burst(12 * wave(7), "198.51.100.10:8443", "tcp", 100);
}

/** Some changes to look back on. */
async function change(site: Site): Promise<void> {
  const vip = `/api/v1/vips/${encodeURIComponent("198.51.100.10/32 tcp/443")}`;
  await site.ask("PATCH", `${vip}/servers/10.0.1.6`, { weight: 100 });
  await site.ask("POST", `${vip}/servers`, { address: "10.0.1.7" });
  await site.ask("PATCH", `${vip}/servers/10.0.1.2`, { weight: 0 });
  await site.ask("PATCH", "/api/v1/config/conf", { timeout: 60 });
}

async function photograph(browser: Browser, site: Site): Promise<void> {
  for (const viewport of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const { href, label } of [...PAGES, VIP_PAGE]) {
        const { page } = await openPage(browser, site, { viewport, colorScheme }, href);
        await live(page);
        // Rates need two looks.
        await page.waitForTimeout(2500);
        const name = `${label.toLowerCase()}-${colorScheme}-${viewport.width}.png`;
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        const clip = { x: 0, y: 0, width: viewport.width, height: Math.min(height, MOST_PIXELS) };
        await page.screenshot({ path: FOLDER + name, fullPage: true, clip });
        console.log(`docs/screenshots/${name}`);
        await page.context().close();
      }
    }
  }
}

async function main(seconds: number): Promise<void> {
  await Deno.mkdir(FOLDER, { recursive: true });
  await using site = await Site.open(CONFIG);
  const browser = await launch();
  let tick = 0;
  const timer = setInterval(() => {
    site.dataplane.setClock(Math.floor(++tick * TICK_MS / 1000));
    traffic(site, tick);
  }, TICK_MS);
  try {
    await change(site);
    console.log(`traffic for ${seconds} s, so that the graphs have something to show`);
    await new Promise((done) => setTimeout(done, seconds * 1000));
    await photograph(browser, site);
  } finally {
    clearInterval(timer);
    await browser.close();
  }
}

if (import.meta.main) await main(Number(Deno.args[0] ?? SECONDS));
