/** The page of settings: a form that changes something, and how it says no. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { ignore, launch, openPage } from "./browser.ts";
import { Site } from "./site.ts";

Deno.test({ name: "settings in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

      await t.step(`${how}: a change is looked at first, then made`, async () => {
        await using site = await Site.open();
        const options = { javaScriptEnabled };
        const { page, complaints } = await openPage(browser, site, options, "/settings");
        await page.fill('input[name="timeout"]', "90");
        await page.click('button:text-is("Preview")');
        assert.match(await page.innerText(".preview"), /conf\.timeout changes/);
        assert.equal(site.controller.config().conf.timeout, 40);
        assert.equal(await page.inputValue('input[name="timeout"]'), "90", "what was typed stays");
        if (javaScriptEnabled) await assertAccessible(page);
        await page.click('button:text-is("Apply")');
        await page.waitForURL(`${site.url}/settings?done=2`);
        assert.match(await page.innerText("main"), /Done: revision 2 runs/);
        assert.equal(site.controller.config().conf.timeout, 90);
        const [entry] = site.access.audit.list({}).entries;
        assert.match(`${entry?.request} ${entry?.what}`, /POST \/settings\/conf .*timeout 40 → 90/);
        assert.deepEqual(complaints, []);
      });

      await t.step(`${how}: what is refused is told beside its field, and kept`, async () => {
        await using site = await Site.open();
        const options = { javaScriptEnabled };
        const { page } = await openPage(browser, site, options, "/settings");
        await page.fill('input[name="timeout"]', "soon");
        await page.fill('input[name="ip4_src_address"]', "192.0.2.300");
        await page.fill('input[name="gue_port"]', "7000");
        await page.click('button:text-is("Apply")');
        const field = page.locator(".field", { has: page.locator('input[name="timeout"]') });
        assert.match(await field.locator(".wrong").innerText(), /number/);
        const address = page.locator('input[name="ip4_src_address"]');
        assert.equal(await address.inputValue(), "192.0.2.300");
        assert.equal(await address.getAttribute("aria-invalid"), "true");
        assert.equal(await page.inputValue('input[name="gue_port"]'), "7000");
        assert.equal(site.controller.revision, 1);
        if (javaScriptEnabled) await assertAccessible(page);
        await page.click('[role=alert] a:text("ip4_src_address")');
        assert.match(page.url(), /#conf-ip4_src_address$/);
        const [entry] = site.access.audit.list({}).entries;
        assert.equal(entry?.outcome, "refused");
        assert.match(entry?.reason ?? "", /ip4_src_address|timeout/);
      });
    }

    await t.step("of two browsers at once one is told what the other changed", async () => {
      await using site = await Site.open();
      const one = (await openPage(browser, site, {}, "/settings")).page;
      const other = (await openPage(browser, site, {}, "/settings")).page;
      await one.fill('input[name="timeout"]', "50");
      await other.fill('input[name="gue_port"]', "7777");
      await one.click('button:text-is("Apply")');
      await one.waitForURL(/done=2/);
      await other.click('button:text-is("Apply")');
      const told = await other.innerText("[role=alert]");
      assert.match(told, /about revision 1; revision 2 runs[\s\S]+conf\.timeout[\s\S]+40[\s\S]+50/);
      assert.equal(site.controller.config().conf.gue_port, 6080);
      await assertAccessible(other);
      assert.equal(await other.inputValue('input[name="gue_port"]'), "7777", "nothing is lost");
      assert.equal(await other.inputValue('input[name="timeout"]'), "50", "nothing is undone");
      await other.click('button:text-is("Apply")');
      await other.waitForURL(/done=3/);
      const { timeout, gue_port } = site.controller.config().conf;
      assert.deepEqual([timeout, gue_port], [50, 7777]);
    });

    await t.step("a token is made, told once, and revoked", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, "/settings");
      await page.fill('input[name="name"]', "no spaces");
      await page.click('button:text-is("Make a token")');
      assert.match(await page.innerText(".field:has([name=name]) .wrong"), /letters, digits/);
      await page.fill('input[name="name"]', "ci");
      await page.selectOption('select[name="scope"]', "operate");
      await page.click('button:text-is("Make a token")');
      const secret = await page.innerText(".notice.good code");
      assert.match(secret, /^gw_[\w-]{43}$/);
      await assertAccessible(page);
      const authorization = `Bearer ${secret}`;
      const asked = () => site.ask("GET", "/api/v1/status", undefined, { authorization });
      assert.equal((await asked()).status, 200);
      await page.goto(`${site.url}/settings`);
      assert.ok(!(await page.content()).includes(secret));
      await page.click('summary[aria-label="Revoke ci …"]');
      await page.click('button[aria-label="Revoke ci"]');
      await page.waitForURL(/#tokens$/);
      assert.match(await page.innerText("table.tokens"), /ci\s+operate\s+revoked/);
      assert.equal((await asked()).status, 401);
    });
  } finally {
    await browser.close();
  }
});

Deno.test("a page offers and does no more than its visitor's scope", async () => {
  await using site = await Site.open();
  const { secret } = site.access.tokens.add({ name: "eye", scope: "read", expires: null });
  const authorization = `Bearer ${secret}`;
  const response = await fetch(`${site.url}/settings`, { headers: { authorization } });
  const html = await response.text();
  assert.match(html, /needs scope admin/);
  assert.doesNotMatch(html, /A new token/);
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
  for (const [scope, path] of [["read", "conf"], ["operate", "conf"], ["operate", "tokens"]]) {
    const name = `${scope}-${path}`;
    const made = site.access.tokens.add({ name, scope: scope as "read", expires: null });
    const answer = await fetch(`${site.url}/settings/${path}`, {
      method: "POST",
      redirect: "manual",
      headers: { authorization: `Bearer ${made.secret}`, cookie, accept: "text/html" },
      body: new URLSearchParams({ csrf, revision: "1", timeout: "77", name: "new" }),
    });
    assert.equal(answer.status, 403, name);
    assert.match(await answer.text(), /needs scope/, name);
  }
  assert.equal(site.controller.revision, 1);
});
