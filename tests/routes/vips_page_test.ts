import assert from "node:assert/strict";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const cell = (key: string, show: string) => `[data-key="${key}"][data-show="${show}"]`;

Deno.test({ name: "the page of VIPs in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      await t.step(
        `shows live numbers at ${viewport.width} pixels, without complaint`,
        async () => {
          await using site = await Site.open();
          site.traffic(120);
          const { page, complaints } = await openPage(browser, site, { viewport }, "/vips");
          const fetched: string[] = [];
          page.on("request", (request) => {
            if (new URL(request.url()).pathname === "/vips") fetched.push(request.url());
          });
          await live(page);
          site.traffic(90, "[2002::1]:80");
          const rate = cell("server/2002::/16 tcp/80 2001:db8:1::1/packets", "rate");
          await page.waitForFunction(
            (selector) => Number(document.querySelector(selector)?.textContent) > 0,
            rate,
          );
          const seen = Number(await page.textContent(rate));
          assert.ok(seen > 30 && seen <= 95, `90 packets within about a second: ${seen}/s`);
          await assertFits(page);
          assert.deepEqual(fetched, [], "numbers alone do not fetch the page again");
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step("follows a change of servers within seconds, without a reload", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      await live(page);
      await page.evaluate(() => document.body.dataset.same = "yes");
      await site.ask("POST", "/api/v1/vips/90.0.0.0%2F8/servers", { address: "10.0.0.77" });
      await page.waitForSelector('tr[data-is^="90.0.0.0/8 10.0.0.77 active"]');
      await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.77", { weight: 0 });
      await page.waitForSelector('tr[data-is^="90.0.0.0/8 10.0.0.77 draining"]');
      assert.equal(await page.getAttribute("body", "data-same"), "yes");
      assert.deepEqual(complaints, []);
    });

    await t.step("follows a change of fields, and shows what is special of a VIP", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      await live(page);
      const fields = { encap: "nat6", df: null, target_port: 8080, icmp_echo: "forward" };
      const answer = await site.ask("PATCH", "/api/v1/vips/2002::%2F16%20tcp%2F80", fields);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      const vip = page.locator('section[data-is^="2002::/16 tcp/80 nat6"]');
      await vip.waitFor();
      assert.match(
        await vip.innerText(),
        /nat6[\s\S]+returned\/s[\s\S]+to port 8080, echo forwarded/,
      );
      assert.deepEqual(complaints, []);
    });

    await t.step("can be read without JavaScript", async () => {
      await using site = await Site.open();
      site.traffic(55);
      const { page } = await openPage(browser, site, { javaScriptEnabled: false }, "/vips");
      const text = await page.innerText("body");
      for (const words of ["90.0.0.0/8", "2001:db8:1::1", "10.0.0.2", "50.0 %"]) {
        assert.ok(text.includes(words), words);
      }
    });

    await t.step("says what to do first where there is nothing yet", async () => {
      await using site = await Site.open({});
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      assert.match(await page.innerText("main"), /No VIP yet[\s\S]+guideway apply FILE --dry-run/);
      await site.ask("PUT", "/api/v1/config", CONFIG);
      await page.waitForSelector('section[data-is^="90.0.0.0/8"]');
      assert.deepEqual(complaints, []);
    });
  } finally {
    await browser.close();
  }
});
