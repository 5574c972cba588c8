/** Flows in the browser: which client is with which server. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const NO_SCRIPT = { javaScriptEnabled: false } as const;

const rows = (page: Page) => page.locator("table.flows tbody tr");

Deno.test({ name: "flows in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step("each tells its server, since when, when last, and its worker", async () => {
      await using site = await Site.open();
      site.dataplane.setClock(1000);
      site.traffic(1);
      site.dataplane.setClock(1035);
      site.traffic(1);
      site.dataplane.setClock(1066);
      const [flow] = (await site.ask("GET", "/api/v1/flows")).body.flows;
      const { page } = await openPage(browser, site, NO_SCRIPT, "/flows");
      const cells = await rows(page).first().locator("th, td").allInnerTexts();
      const since = Date.parse(`${cells[5]!.replace(" ", "T")}Z`);
      assert.ok(since < Date.now() - 65_000, cells[5]);
      cells.splice(5, 1);
      assert.deepEqual(cells, [
        "203.0.113.7:20000",
        "90.1.2.3:80",
        "tcp",
        flow.server,
        "90.0.0.0/8",
        "1 min 6 s",
        "31 s ago",
        "0",
      ]);
    });

    for (const viewport of SIZES) {
      await t.step(`it fits and is fit for everybody at ${viewport.width} pixels`, async () => {
        await using site = await Site.open();
        site.traffic(120);
        site.traffic(20, "[2002::1]:80");
        for (const colorScheme of ["light", "dark"] as const) {
          const options = { viewport, colorScheme };
          const { page, complaints } = await openPage(browser, site, options, "/flows");
          await live(page);
          await assertFits(page);
          await assertAccessible(page);
          assert.deepEqual(complaints, []);
          await page.context().close();
        }
      });
    }

    await t.step(
      "they are searched by address, VIP, server and worker, without a script",
      async () => {
        await using site = await Site.open();
        site.traffic(60);
        site.traffic(5, "[2002::1]:80");
        const { page } = await openPage(browser, site, NO_SCRIPT, "/flows");
        await page.fill("#flows-address", "2001:db8::7");
        await page.click('button:text-is("Search")');
        assert.equal(await rows(page).count(), 5);
        assert.equal(await page.inputValue("#flows-address"), "2001:db8::7");
        await page.fill("#flows-address", "10.0.0.1");
        await page.click('button:text-is("Search")');
        const one = (await site.ask("GET", "/api/v1/flows?server=10.0.0.1")).body.flows.length;
        assert.equal(await rows(page).count(), one);
        await page.fill("#flows-address", "203.0.113.7:20003");
        await page.selectOption("#flows-vip", "90.0.0.0/8");
        await page.selectOption("#flows-worker", "0");
        await page.click('button:text-is("Search")');
        assert.equal(await rows(page).count(), 1);
        await page.fill("#flows-server", await rows(page).locator("td >> nth=2").innerText());
        await page.click('button:text-is("Search")');
        assert.equal(await rows(page).count(), 1, "an address beside a server is the client's");
        await page.click('a:text-is("All")');
        assert.equal(await rows(page).count(), 65);
      },
    );

    await t.step(
      "a search that makes no sense is told beside its field, and nothing is lost",
      async () => {
        await using site = await Site.open();
        site.traffic(3);
        const { page } = await openPage(
          browser,
          site,
          NO_SCRIPT,
          "/flows?address=client-7&server=x",
        );
        const error = async (field: string) => await page.innerText(`#flows-${field}-error`);
        assert.match(await error("address"), /"client-7" is no address: write/);
        assert.equal(await page.inputValue("#flows-address"), "client-7");
        assert.equal(await page.getAttribute("#flows-address", "aria-invalid"), "true");
        await page.fill("#flows-address", "");
        await page.click('button:text-is("Search")');
        assert.match(await error("server"), /not an IP address: "x"/);
        await page.goto(`${site.url}/flows?cursor=nonsense`);
        assert.match(await page.innerText("[role=alert]"), /cursor: not a cursor/);
        await page.goto(`${site.url}/flows?vip=91.0.0.0/8`);
        assert.match(await page.innerText("main"), /no VIP 91\.0\.0\.0\/8/);
      },
    );

    await t.step("many come by page, each flow once", async () => {
      await using site = await Site.open();
      site.traffic(250);
      const { page } = await openPage(browser, site, NO_SCRIPT, "/flows?vip=90.0.0.0/8");
      const seen = new Set<string>();
      for (let pages = 1;; pages++) {
        for (const source of await rows(page).locator("th").allInnerTexts()) seen.add(source);
        const next = page.locator("a[rel=next]");
        if (await next.count() === 0) break;
        assert.ok(pages < 5);
        await next.click();
      }
      assert.equal(seen.size, 250);
      await page.click('a:text-is("First")');
      assert.equal(page.url(), `${site.url}/flows?vip=90.0.0.0%2F8`);
    });

    await t.step("a row leads to the trace of its packet, by keyboard, too", async () => {
      await using site = await Site.open();
      site.traffic(1);
      const { page, complaints } = await openPage(browser, site, {}, "/flows");
      await live(page);
      const server = await rows(page).locator('[data-label="Server"]').innerText();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/flows\/trace\?/);
      assert.match(await page.innerText("#verdict"), new RegExp(`Goes to server ${server}`));
      assert.match(await page.innerText(".steps"), /is remembered and stays with/);
      assert.deepEqual(complaints, []);
    });

    await t.step("a sticky client's flow leads to a trace that finds it", async () => {
      const [first, second] = CONFIG.vips;
      const vips = [{ ...first, src_ip_sticky: true }, { ...second, src_ip_sticky: true }];
      await using site = await Site.open({ ...CONFIG, vips });
      site.traffic(3);
      site.traffic(3, "[2002::1]:80");
      const { page } = await openPage(browser, site, NO_SCRIPT, "/flows");
      assert.equal(await rows(page).count(), 2);
      for (const client of ["203.0.113.7", "2001:db8::7"]) {
        await page.goto(`${site.url}/flows?address=${client}`);
        await page.click("table.flows th a");
        assert.match(await page.innerText(".steps"), /is remembered and stays with/);
      }
    });

    await t.step(
      "says what a flow is where there is none, and what to do where there is no VIP",
      async () => {
        await using site = await Site.open();
        const { page } = await openPage(browser, site, NO_SCRIPT, "/flows");
        assert.match(await page.innerText("main"), /No flow is remembered now[\s\S]+first packet/);
        await page.click('a:text-is("Where would a packet go?")');
        assert.equal(page.url(), `${site.url}/flows/trace`);
        site.traffic(1);
        await page.goto(`${site.url}/flows?address=192.0.2.77`);
        assert.match(await page.innerText("#flows"), /No such flow is remembered/);
        await site.ask("PUT", "/api/v1/config", {});
        await page.goto(`${site.url}/flows`);
        assert.match(await page.innerText("main"), /No VIP yet/);
      },
    );
  } finally {
    await browser.close();
  }
});
