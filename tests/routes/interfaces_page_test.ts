/** Interfaces and workers in the browser. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const NO_SCRIPT = { javaScriptEnabled: false } as const;
const cell = (key: string, show: string) => `[data-key="${key}"][data-show="${show}"]`;

/** Two interfaces: packets come in at the first. */
const TWO = {
  ...CONFIG,
  interfaces: { ...CONFIG.interfaces, net1: { device: "null" } },
};

Deno.test({ name: "interfaces in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step("links, devices and addresses are told, without a script", async () => {
      await using site = await Site.open(TWO);
      const { page } = await openPage(browser, site, NO_SCRIPT, "/interfaces");
      const [first] = (await site.ask("GET", "/api/v1/status")).body.interfaces;
      const text = await page.innerText("table.interfaces");
      for (const word of ["net0", "net1", first.mac, first.driver, String(first.mtu), "up"]) {
        assert.ok(text.includes(word), word);
      }
      assert.match(await page.innerText("table.queues"), /queue 0/);
      assert.match(await page.innerText("table.workers"), /any CPU/);
      assert.match(await page.innerText("table.workers"), /0\s*of 6.144/);
    });

    for (const viewport of SIZES) {
      await t.step(`rates move at ${viewport.width} pixels, and all fits`, async () => {
        await using site = await Site.open(TWO);
        site.traffic(50);
        for (const colorScheme of ["light", "dark"] as const) {
          const options = { viewport, colorScheme };
          const { page, complaints } = await openPage(browser, site, options, "/interfaces");
          await live(page);
          site.traffic(90);
          for (const key of ["interface/net0/rx_packets", "worker/0/at/net0/rx_packets"]) {
            await page.waitForFunction(
              (selector) => Number(document.querySelector(selector)?.textContent) > 0,
              cell(key, "rate"),
            );
          }
          await page.waitForFunction(() => document.querySelectorAll(".plot canvas").length === 2);
          await assertFits(page);
          const cut = await page.evaluate(() =>
            [...document.querySelectorAll("table.interfaces td, table.neighbours td")]
              .filter((cell) => cell.scrollWidth > cell.clientWidth)
              .map(({ textContent }) => textContent)
          );
          assert.deepEqual(cut, [], "nothing is cut off");
          await assertAccessible(page);
          assert.deepEqual(complaints, []);
          await page.context().close();
        }
      });
    }

    await t.step(
      "reasons for which packets were dropped stand first, with where; the rest is folded",
      async () => {
        await using site = await Site.open(TWO);
        site.traffic(7, "[2002::1]:81");
        site.traffic(4, "198.51.100.1:80");
        const { page } = await openPage(browser, site, NO_SCRIPT, "/interfaces");
        const shown = await page.locator("#drops > table tbody th").allInnerTexts();
        assert.deepEqual(shown, ["drop_no_port", "left_not_vip"]);
        assert.match(
          await page.innerText('#drops tr:has(th:text-is("drop_no_port"))'),
          /none for this protocol and port\s+net0 7[\s\S]+7$/,
        );
        assert.ok(!await page.isVisible('th:text-is("drop_ttl")'));
        await page.click("#never-dropped summary");
        assert.ok(await page.isVisible('th:text-is("drop_ttl")'));
        assert.match(await page.innerText("#never-dropped"), /TTL or hop limit is 0/);
      },
    );

    await t.step("a reason that begins moves up, and what was unfolded stays so", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site, {}, "/interfaces");
      await live(page);
      await page.click("#never-dropped summary");
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.textContent !== "–",
        cell("total/drop_no_port", "rate"),
      );
      site.traffic(30, "[2002::1]:81");
      await page.waitForSelector('#drops > table th:text-is("drop_no_port")');
      assert.ok(await page.isVisible('#never-dropped th:text-is("drop_ttl")'));
      assert.deepEqual(complaints, []);
    });

    await t.step(
      "neighbours are searched and come by page, lost ones first and with the reason",
      async () => {
        const servers = Array.from({ length: 120 }, (_, at) => ({ address: `10.0.1.${at + 1}` }));
        const [first] = CONFIG.vips;
        const { next_hop: _, ...net0 } = CONFIG.interfaces.net0;
        const config = { ...CONFIG, vips: [{ ...first, servers }] };
        await using site = await Site.open(config);
        const { page } = await openPage(browser, site, NO_SCRIPT, "/interfaces");
        const rows = page.locator("table.neighbours tbody tr");
        assert.equal(await rows.count(), 50);
        assert.match(
          await rows.first().innerText(),
          /10\.0\.1\.1\s+server\s+net0\s+02:00:00:00:00:01/,
        );
        await page.click("#neighbours a[rel=next]");
        await page.click("#neighbours a[rel=next]");
        assert.equal(await rows.count(), 20);
        await page.fill('#neighbours input[type="search"]', "10.0.1.77");
        await page.click("#neighbours button");
        assert.equal(await rows.count(), 1);
        await page.fill('#neighbours input[type="search"]', "nobody");
        await page.click("#neighbours button");
        assert.match(await page.innerText("#neighbours"), /No neighbour holds “nobody”/);
        await site.ask("PUT", "/api/v1/config", { ...config, interfaces: { net0 } });
        await page.goto(`${site.url}/interfaces`);
        assert.match(await rows.first().innerText(), /nowhere[\s\S]+next_hop/);
      },
    );

    await t.step(
      "says what to do first where there is no interface, and shows one when it comes",
      async () => {
        await using site = await Site.open({});
        const { page, complaints } = await openPage(browser, site, {}, "/interfaces");
        await live(page);
        assert.match(await page.innerText("#interfaces"), /No interface yet[\s\S]+af_packet:eth1/);
        await assertAccessible(page);
        await site.ask("PUT", "/api/v1/config", CONFIG);
        await page.waitForSelector('table.interfaces th a:text-is("net0")');
        await page.waitForSelector('table.neighbours th:has-text("10.0.0.1")');
        assert.deepEqual(complaints, []);
      },
    );
  } finally {
    await browser.close();
  }
});
