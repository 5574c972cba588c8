/** The description of REST as a page to read. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, SIZES } from "./browser.ts";
import { Site } from "./site.ts";

Deno.test({ name: "REST's description in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      await t.step(`reads without JavaScript at ${viewport.width} pixels`, async () => {
        await using site = await Site.open();
        const context = await browser.newContext({ viewport, javaScriptEnabled: false });
        const page = await context.newPage();
        const elsewhere: string[] = [];
        page.on("request", (request) => {
          if (!request.url().startsWith(site.url)) elsewhere.push(request.url());
        });
        await page.goto(`${site.url}/api/docs`);
        const { body } = await site.ask("GET", "/api/v1/openapi.json");
        const text = await page.innerText("body");
        for (const [path, methods] of Object.entries(body.paths as Record<string, object>)) {
          assert.ok(text.includes(path), path);
          for (const { summary } of Object.values(methods)) {
            assert.ok(text.includes(summary), summary);
          }
        }
        assert.ok(!text.includes("`"), "code is set as code");
        assert.match(text, /servers\[\]\.weight[\s\S]+0 to 100/);
        await page.click('nav a:text("Remove a server")');
        assert.match(page.url(), /#delete-api-v1-vips-vip-servers-address-$/);
        await page.click("section:target summary");
        assert.match(await page.innerText("section:target"), /412\s+The running revision/);
        assert.deepEqual(elsewhere, []);
      });
    }
    await t.step("has nothing to complain about, and nothing sticks out to the side", async () => {
      await using site = await Site.open();
      const page = await (await browser.newContext({ viewport: { width: 390, height: 844 } }))
        .newPage();
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      await page.goto(site.url);
      await page.click('footer a:text("REST")');
      await page.waitForURL(`${site.url}/api/docs`);
      await assertFits(page);
      await assertAccessible(page);
      await page.click("a.brand");
      await page.waitForSelector('#live[data-state="live"]');
      assert.deepEqual(complaints, []);
    });
  } finally {
    await browser.close();
  }
});
