/** An interface added, changed and removed in a browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const field = (name: string) => `[name="${name}"]`;
const press = (page: Page, name: string) => page.click(`main button:text-is("${name}")`);
const wrong = (page: Page, name: string) => page.innerText(`.field:has([name="${name}"]) .wrong`);
const interfaces = (site: Site) => site.controller.config().interfaces;

Deno.test({ name: "an interface's form in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

      await t.step(
        `${how}: an interface is looked at first, added, changed and removed`,
        async () => {
          await using site = await Site.open({ conf: CONFIG.conf });
          const { page, complaints } = await openPage(
            browser,
            site,
            { javaScriptEnabled },
            "/interfaces",
          );
          await page.click('main a:text-is("New interface")');
          await page.fill(field("name"), "net0");
          await page.fill(field("device"), "null");
          await page.check(field("snat.nat4"));
          await press(page, "Preview");
          assert.match(await page.innerText(".preview"), /Interface net0 is added/);
          assert.equal(site.controller.revision, 1);
          assert.ok(await page.isChecked(field("snat.nat4")), "what was typed stays");
          await press(page, "Add the interface");
          await page.waitForURL(/interfaces\?done=2/);
          assert.deepEqual(interfaces(site), { net0: { device: "null", snat: ["nat4"] } });

          await page.click('table.interfaces a:text-is("net0")');
          await page.uncheck(field("snat.nat4"));
          await page.fill(field("next_hop.mac"), "02:00:00:00:00:09");
          await press(page, "Apply");
          await page.waitForURL(/interfaces\?done=3/);
          assert.deepEqual(interfaces(site).net0, {
            device: "null",
            next_hop: { mac: "02:00:00:00:00:09" },
            snat: [],
          });

          await page.click('table.interfaces a:text-is("net0")');
          await page.click('main a:text-is("Remove…")');
          assert.match(await page.innerText(".preview"), /Interface net0 is removed; its packets/);
          await press(page, "Remove the interface");
          await page.waitForURL(/interfaces\?done=4/);
          assert.deepEqual(interfaces(site), {});
          assert.match(await page.innerText("main"), /No interface yet/);
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step("what is wrong stands at its field, and nothing changes", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, "/interfaces/new");
      await page.fill(field("name"), "net0");
      await page.fill(field("device"), "null");
      await press(page, "Add the interface");
      assert.match(await wrong(page, "name"), /net0 is there already/);
      await page.fill(field("name"), "net1");
      await page.fill(field("device"), "eth1");
      await page.fill(field("next_hop.mac"), "01:00:5e:00:00:01");
      await press(page, "Add the interface");
      assert.match(await wrong(page, "device"), /not a device: "eth1"/);
      assert.match(await wrong(page, "next_hop.mac"), /multicast/);
      await page.fill(field("name"), "9net");
      await page.fill(field("device"), "null");
      await page.fill(field("next_hop.mac"), "");
      await press(page, "Add the interface");
      assert.match(await wrong(page, "name"), /not a name for an interface/);
      assert.equal(site.controller.revision, 1);
    });

    for (const viewport of SIZES) {
      await t.step(`the form fits ${viewport.width} pixels and is fit for everybody`, async () => {
        await using site = await Site.open();
        for (
          const path of ["/interfaces/new", "/interfaces/net0/edit", "/interfaces/net0/delete"]
        ) {
          const { page, complaints } = await openPage(browser, site, { viewport }, path);
          await assertFits(page);
          await assertAccessible(page);
          assert.deepEqual(complaints, []);
        }
      });
    }
  } finally {
    await browser.close();
  }
});
