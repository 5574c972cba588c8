import assert from "node:assert/strict";
import { certificateFiles } from "../tools/tls.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, SIZES } from "./browser.ts";
import { Site } from "./site.ts";

Deno.test({ name: "logging in over TLS in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      for (const javaScriptEnabled of [true, false]) {
        const how = `${viewport.width} pixels, ${
          javaScriptEnabled ? "with" : "without"
        } JavaScript`;
        await t.step(how, async () => {
          await using site = await Site.open(undefined, {
            hostname: "0.0.0.0",
            tls: certificateFiles("one"),
          });
          const { secret } = site.access.tokens.add({ name: "ann", scope: "admin", expires: null });
          const url = site.url.replace("0.0.0.0", "localhost");
          const options = { viewport, javaScriptEnabled, ignoreHTTPSErrors: true };
          const context = await browser.newContext(options);
          const page = await context.newPage();
          const complaints: string[] = [];
          page.on("pageerror", ({ message }) => complaints.push(message));
          page.on("console", (message) => {
            if (message.type() === "error") complaints.push(message.text());
          });
          await page.goto(`${url}/settings`);
          assert.equal(new URL(page.url()).pathname, "/login");
          await assertFits(page);
          if (javaScriptEnabled) await assertAccessible(page);

          await page.fill("#token", "gw_wrong");
          await page.click('button:text-is("Log in")');
          assert.match((await page.textContent("[role=alert]"))!, /not known/);
          await assertFits(page);
          if (javaScriptEnabled) await assertAccessible(page);
          assert.deepEqual(complaints.splice(0).filter((one) => !/ 401 /.test(one)), []);

          await page.fill("#token", secret);
          await page.keyboard.press("Enter");
          await page.waitForURL(`${url}/settings`);
          if (javaScriptEnabled) await live(page);
          await page.fill('[name="timeout"]', "77");
          await page.click('#form-conf button[value="apply"]');
          await page.waitForURL(/done=2/);
          assert.equal(site.controller.config().conf.timeout, 77);
          assert.deepEqual(
            site.access.audit.list().entries.map(({ who, what }) => `${who}: ${what}`),
            ["ann: conf.timeout 40 → 77", "ann: log in", "nobody: log in"],
          );
          await assertFits(page);

          await page.goto(`${url}/nothing`);
          assert.deepEqual(complaints.splice(0).filter((one) => !/ 404 /.test(one)), []);
          assert.equal(await page.textContent("form.who span"), "ann", "not here, but logged in");
          await page.click('button:text-is("Log out")');
          await page.waitForURL(`${url}/login`);
          await page.goto(url);
          assert.equal(new URL(page.url()).pathname, "/login");
          assert.deepEqual(complaints, []);
          await context.close();
        });
      }
    }

    await t.step("a page whose session ended leads back to the login", async () => {
      await using site = await Site.open(undefined, { requireToken: true });
      const { secret } = site.access.tokens.add({ name: "ann", scope: "read", expires: null });
      const page = await (await browser.newContext()).newPage();
      await page.goto(site.url);
      await page.fill("#token", secret);
      await page.keyboard.press("Enter");
      await live(page);
      site.access.tokens.revoke("ann");
      await page.waitForURL(`${site.url}/login*`);
    });
  } finally {
    await browser.close();
  }
});
