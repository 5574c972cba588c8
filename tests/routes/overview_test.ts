/** The first page: what the program does now, and how it went. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { SERIES } from "../../lib/history.ts";
import { freePort, until } from "../lib/health_servers.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const cell = (key: string, show: string) => `[data-key="${key}"][data-show="${show}"]`;

/** Waits until a number is at least that. */
async function atLeast(page: Page, selector: string, least: number): Promise<void> {
  await page.waitForFunction(
    ([selector, least]) => Number(document.querySelector(selector)?.textContent) >= least,
    [selector, least] as const,
  );
}

/** Waits until all graphs are drawn by the script. */
async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelectorAll(".plot canvas").length === 5);
}

/** What the first graph looks like. */
async function picture(page: Page): Promise<string> {
  return (await page.locator(".plot canvas").first().screenshot()).toString("base64");
}

Deno.test({ name: "the overview in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      await t.step(`numbers and graphs move at ${viewport.width} pixels`, async () => {
        await using site = await Site.open();
        site.traffic(120);
        const { page, complaints } = await openPage(browser, site, { viewport });
        const fetched: string[] = [];
        page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
        await live(page);
        await drawn(page);
        const before = await picture(page);
        site.traffic(90, "[2002::1]:80");
        await atLeast(page, cell("total/rx_packets", "rate"), 30);
        await atLeast(page, cell("vip/2002::/16 tcp/80/packets", "rate"), 1);
        await page.waitForFunction(
          (selector) => document.querySelector(selector)?.textContent === "210",
          cell("total/flows", "value"),
        );
        for (let after = before; after === before; after = await picture(page)) {
          await page.waitForTimeout(100);
        }
        await assertFits(page);
        await assertAccessible(page);
        assert.ok(!fetched.includes("/"), "numbers alone do not fetch the page again");
        assert.deepEqual(complaints, []);
      });
    }

    await t.step("a reload shows what was measured before, with and without a script", async () => {
      await using site = await Site.open();
      const minute = Math.floor(Date.now() / 60_000) * 60;
      for (let ago = 1; ago < 90; ago++) {
        const point = Object.fromEntries(SERIES.map((name, i) => [name, 1000 * i + ago]));
        site.store.history.addSample(minute - 60 * (90 - ago), point);
      }
      const { page } = await openPage(browser, site, { javaScriptEnabled: false });
      await page.click('.spans a:text-is("day")');
      assert.equal(await page.getAttribute(".spans a[aria-current]", "href"), "/?span=1d");
      const path = await page.getAttribute("path.line-1", "d") ?? "";
      assert.ok(path.split("L").length > 15, path);
      assert.match(await page.getAttribute(".plot svg", "aria-label") ?? "", /the last day/);
      const scripted = await openPage(browser, site, {}, "/?span=1d");
      await drawn(scripted.page);
      assert.deepEqual(scripted.complaints, []);
    });

    await t.step("nothing jumps when the script takes over", async () => {
      await using site = await Site.open();
      site.traffic(50);
      const { page } = await openPage(browser, site, { viewport: SIZES[0]! });
      await live(page);
      await drawn(page);
      const shift = await page.evaluate(() =>
        new Promise<number>((done) => {
          new PerformanceObserver((list) => {
            const entries = list.getEntries() as (PerformanceEntry & { value: number })[];
            done(entries.reduce((sum, { value }) => sum + value, 0));
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(0), 300);
        })
      );
      assert.ok(shift < 0.02, `layout shift ${shift}`);
    });

    await t.step("servers that cannot be reached are told with the reason", async () => {
      const { next_hop: _, ...net0 } = CONFIG.interfaces.net0;
      await using site = await Site.open({ ...CONFIG, interfaces: { net0 } });
      const { page, complaints } = await openPage(browser, site);
      const text = await page.innerText("#down");
      assert.match(text, /10\.0\.0\.1\s+90\.0\.0\.0\/8\s+no next hop\s+\S+/);
      await live(page);
      assert.equal((await site.ask("PUT", "/api/v1/config", CONFIG)).status, 200);
      await page.waitForFunction(
        () => /None of 3/.test(document.getElementById("down")?.textContent ?? ""),
      );
      assert.match(await page.innerText("#last-changes"), /2\s+interfaces\.net0\S* \w+\s+loopback/);
      assert.deepEqual(complaints, []);
    });

    await t.step(
      "a server that is down by its check is told with reason and time, at once",
      async () => {
        const port = freePort();
        const listener = Deno.listen({ hostname: "127.0.0.1", port });
        let open = true;
        const stop = () => {
          if (open) listener.close();
          open = false;
        };
        try {
          const health = { port, interval: 2, timeout: 2, rise: 1, fall: 1 };
          const servers = [{ address: "127.0.0.1" }];
          const [vip, ...vips] = CONFIG.vips;
          const config = { ...CONFIG, vips: [{ ...vip, health, servers }, ...vips] };
          await using site = await Site.open(config, { check: true });
          await until("it is up", () => site.controller.health().summary.up === 1);
          const { page, complaints } = await openPage(browser, site);
          await live(page);
          assert.match(
            await page.innerText("#down"),
            /None of 2: all can be reached, 1 without a health check/,
          );
          stop();
          await page.getByText(/connection refused/).waitFor();
          const text = await page.innerText("#down");
          assert.match(
            text,
            /127\.0\.0\.1\s+90\.0\.0\.0\/8\s+down\s+TCP 127\.0\.0\.1:\d+: connection/,
          );
          assert.match(text, /since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
          await page.getByText("Of one VIP all servers are down").waitFor();
          await assertAccessible(page);
          await page.click('#down a:text-is("127.0.0.1")');
          await page.waitForURL(`${site.url}/servers?search=127.0.0.1`);
          assert.deepEqual(complaints, []);
        } finally {
          stop();
        }
      },
    );

    await t.step("stands also while the store cannot be read", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, { javaScriptEnabled: false });
      site.store.close();
      await page.reload();
      assert.match(await page.innerText("#last-changes"), /store|database/);
      assert.match(await page.innerText("#vip-rates"), /90\.0\.0\.0\/8/);
      await page.click('.spans a:text-is("day")');
      assert.match(await page.innerText("[role=alert]"), /The day is not known/);
    });

    await t.step("drops are told by name when they start", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site);
      await live(page);
      assert.match(await page.innerText("#drops"), /Nothing was dropped/);
      // A start is told against the second before.
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.textContent !== "–",
        cell("total/drops", "rate"),
      );
      site.traffic(30, "[2002::1]:81");
      await page.waitForSelector('#drops th:text-is("drop_no_port")');
      assert.match(await page.innerText("#drops"), /none for this protocol and port/);
    });

    await t.step("says what to do first where there is nothing yet", async () => {
      await using site = await Site.open({});
      const { page, complaints } = await openPage(browser, site);
      assert.match(await page.innerText("main"), /No VIP yet[\s\S]+guideway apply FILE --dry-run/);
      await live(page);
      await assertAccessible(page);
      await site.ask("PUT", "/api/v1/config", CONFIG);
      await page.waitForSelector('tr[data-is^="90.0.0.0/8 gre4"]');
      site.traffic(20);
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.textContent === "20",
        cell("vip/90.0.0.0/8/flows", "value"),
      );
      assert.deepEqual(complaints, []);
    });

    await t.step("says so when the program no longer answers, and keeps its numbers", async () => {
      const site = await Site.open();
      const { page } = await openPage(browser, site);
      await live(page);
      await site[Symbol.asyncDispose]();
      await page.waitForSelector('#live[data-state="gone"]');
      assert.equal(await page.textContent("#live"), "no answer");
      assert.match(await page.innerText("main"), /90\.0\.0\.0\/8/);
    });
  } finally {
    await browser.close();
  }
});
