/** The pages of changes: the list, the audit log, a revision with what it changed, and the way back. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { connectTo } from "../../lib/connect.ts";
import { CONFIG, Site } from "./site.ts";

const SERVERS = "/api/v1/vips/90.0.0.0%2F8/servers";

/** Five revisions, made by different ways, and two that were refused. */
async function withChanges(): Promise<Site> {
  const site = await Site.open();
  using cli = connectTo({ socket: site.socket });
  await site.ask("POST", SERVERS, { address: "10.0.0.9", weight: 10 });
  await cli.setWeight("90.0.0.0/8", "10.0.0.9", 20);
  await cli.updateConf({ timeout: 90 });
  await site.ask("DELETE", `${SERVERS}/10.0.0.1`);
  await site.ask("PATCH", `${SERVERS}/10.9.9.9`, { weight: 7 });
  await site.ask("PATCH", "/api/v1/config/conf", { timeout: -3 });
  return site;
}

Deno.test({ name: "changes in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step(
      "each revision tells what changed, who did it by which way, and which runs",
      async () => {
        await using site = await withChanges();
        const { page, complaints } = await openPage(browser, site, {}, "/changes");
        await live(page);
        const rows = (await page.locator("tbody tr").allInnerTexts()).map((text) =>
          text.replaceAll(/\s+/g, " ")
        );
        assert.equal(rows.length, 5);
        assert.match(
          rows[0]!,
          /^5 runs vip 90\.0\.0\.0\/8: servers\.10\.0\.0\.1 removed loopback REST/,
        );
        assert.match(rows[1]!, /^4 conf\.timeout 40 → 90 unix socket command line 20/);
        assert.match(rows[2]!, /^3 vip 90\.0\.0\.0\/8: servers\.10\.0\.0\.9 weight 10 → 20/);
        assert.match(rows[4]!, /^1 started with the configuration of a file guideway file/);
        await page.fill("input[type=search]", "timeout");
        await page.press("input[type=search]", "Enter");
        await page.waitForURL(/search=timeout/);
        assert.equal(await page.locator("tbody tr").count(), 1);
        await page.goto(`${site.url}/changes?search=nobody`);
        assert.match(await page.innerText("main"), /No change holds “nobody”/);
        assert.deepEqual(complaints, []);
      },
    );

    await t.step("a change by somebody else appears by itself", async () => {
      await using site = await withChanges();
      const { page } = await openPage(browser, site, {}, "/changes");
      await live(page);
      await site.ask("PATCH", "/api/v1/config/conf", { timeout: 91 });
      await page.waitForSelector('tbody th:has-text("6 runs")');
      assert.match(await page.innerText("tbody tr"), /conf\.timeout 90 → 91/);
    });

    await t.step("a long history is walked page by page", async () => {
      await using site = await Site.open();
      for (let at = 0; at < 60; at++) {
        await site.ask("PATCH", "/api/v1/config/conf", { timeout: 100 + at });
      }
      const options = { javaScriptEnabled: false };
      const { page } = await openPage(browser, site, options, "/changes");
      assert.equal(await page.locator("tbody tr").count(), 50);
      await page.click('a:text-is("Older")');
      assert.equal(await page.locator("tbody tr").count(), 11);
      assert.equal(await page.locator('a:text-is("Older")').count(), 0);
      await page.click('a:text-is("Newest")');
      assert.match(await page.innerText("tbody tr"), /^61\s/);
    });

    await t.step("what was refused stands in the audit log, with the reason", async () => {
      await using site = await withChanges();
      const { page, complaints } = await openPage(browser, site, {}, "/changes");
      await live(page);
      await page.click('a:text-is("Audit log")');
      await page.waitForURL(/\/changes\/audit/);
      await live(page);
      const rows = await page.locator("tbody tr").allInnerTexts();
      assert.match(rows[0]!, /refused[\s\S]+timeout[\s\S]+must be at least/);
      assert.match(rows[1]!, /refused[\s\S]+10\.9\.9\.9/);
      assert.match(rows[2]!, /done\s+revision 5/);
      await page.click('a:text-is("revision 5")');
      await page.waitForURL(/\/changes\/5$/);
      assert.deepEqual(complaints, []);
    });

    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

      await t.step(`${how}: a revision is read, looked at before, and gone back to`, async () => {
        await using site = await withChanges();
        site.traffic(200);
        const { page } = await openPage(browser, site, { javaScriptEnabled }, "/changes");
        await page.click('tbody a:text-is("3")');
        await page.waitForURL(/\/changes\/3$/);
        const text = await page.innerText("main");
        assert.match(text, /VIP 90\.0\.0\.0\/8\s+~\s+server 10\.0\.0\.9 weight\s+10 → 20/);
        assert.match(await page.innerText(".yaml-diff .go"), /−\s+removed:\s+weight: 10/);
        assert.match(await page.innerText(".yaml-diff .come"), /\+\s+added:\s+weight: 20/);
        assert.match(text, /unchanged lines|1 VIP alike/);
        await page.click('button:text-is("Preview")');
        assert.match(await page.innerText(".preview"), /10\.0\.0\.1 is added[\s\S]+slots move/);
        assert.equal(site.controller.revision, 5);
        await page.click('button:text-is("Roll back to 3")');
        await page.waitForURL(/\/changes\?done=6/);
        assert.match(await page.innerText("tbody tr"), /back to revision 3;[\s\S]+console/);
        assert.equal(site.controller.config().conf.timeout, 40);
      });

      await t.step(`${how}: who goes back is told when somebody was faster`, async () => {
        await using site = await withChanges();
        const { page } = await openPage(browser, site, { javaScriptEnabled }, "/changes/3");
        await site.ask("PATCH", "/api/v1/config/conf", { timeout: 99 });
        await page.click('button:text-is("Roll back to 3")');
        const told = await page.innerText("[role=alert]");
        assert.match(told, /about revision 5; revision 6[\s\S]+conf\.timeout\s+90 → 99/);
        assert.equal(site.controller.revision, 6);
        await page.click('button:text-is("Roll back to 3")');
        await page.waitForURL(/done=7/);
      });
    }

    await t.step("any two revisions are compared, and one is downloaded", async () => {
      await using site = await withChanges();
      const { page } = await openPage(browser, site, {}, "/changes/5");
      await page.fill('input[name="from"]', "1");
      await page.click('button:text-is("Compare")');
      await page.waitForURL(/\/changes\/5\?from=1/);
      const text = await page.innerText(".differences");
      assert.match(text, /conf\.timeout\s+40 → 90/);
      assert.match(text, /server 10\.0\.0\.9\s+is added with weight 20/);
      assert.match(text, /server 10\.0\.0\.1\s+is removed/);
      assert.equal(await page.locator('button:text("Roll back")').count(), 0, "it runs");
      const download = page.waitForEvent("download");
      await page.click('a:text-is("Download as YAML")');
      assert.equal((await download).suggestedFilename(), "guideway-5.yaml");
    });

    await t.step("a revision that is not there says so, and leads on", async () => {
      await using site = await withChanges();
      const { page } = await openPage(browser, site, {}, "/changes/99");
      assert.match(
        await page.innerText("main"),
        /revision 99 is not there; the newest is 5[\s\S]+To Changes/,
      );
      await page.goto(`${site.url}/changes/5?from=x`);
      assert.match(await page.innerText("main"), /from: write a revision's number/);
    });

    await t.step("all of it fits, and is fit for everybody", async () => {
      await using site = await withChanges();
      for (const viewport of SIZES) {
        for (const colorScheme of ["light", "dark"] as const) {
          const { page } = await openPage(browser, site, { viewport, colorScheme });
          for (const path of ["/changes", "/changes/audit", "/changes/3", "/changes/5?from=1"]) {
            await page.goto(site.url + path);
            await live(page);
            await assertFits(page);
            await assertAccessible(page);
          }
          await page.context().close();
        }
      }
    });
  } finally {
    await browser.close();
  }
});

Deno.test("a revision of ten thousand VIPs is compared in a page of sane size", async () => {
  const vips = (weight: number) =>
    Array.from({ length: 10_000 }, (_, at) => ({
      prefix: `90.${at >> 8}.${at & 255}.0/24`,
      encap: "gre4",
      new_len: 16,
      servers: [{ address: "10.0.0.1", weight }],
    }));
  await using site = await Site.open({ ...CONFIG, vips: vips(10) });
  const { status } = await site.ask("PUT", "/api/v1/config", { ...CONFIG, vips: vips(20) });
  assert.equal(status, 200);
  const html = await (await fetch(`${site.url}/changes/2`)).text();
  assert.match(html, /VIP 90\.0\.0\.0\/24/);
  assert.match(html, /more differ/);
  assert.ok(html.length < 1_000_000, `${html.length} characters`);
});

Deno.test("who may only look sees changes, and neither the audit log nor a way back", async () => {
  await using site = await withChanges();
  const { secret } = site.access.tokens.add({ name: "eye", scope: "read", expires: null });
  const headers = { authorization: `Bearer ${secret}`, accept: "text/html" };
  const get = async (path: string) => await (await fetch(site.url + path, { headers })).text();
  assert.doesNotMatch(await get("/changes"), /\/changes\/audit/);
  assert.match(await get("/changes/audit"), /needs scope admin/);
  assert.match(await get("/changes/3"), /needs scope operate/);
});

Deno.test("revisions are searched over REST, and say by which way they were made", async () => {
  await using site = await withChanges();
  const list = async (search: string) => {
    const { body } = await site.ask("GET", `/api/v1/revisions?search=${search}`);
    return body.revisions.map(({ number, via }: { number: number; via: string }) => [number, via]);
  };
  assert.deepEqual(await list("TIMEOUT"), [[4, "cli"]]);
  assert.deepEqual(await list("loopback"), [[5, "rest"], [2, "rest"]]);
  assert.deepEqual(await list("start"), [[1, "file"]]);
  assert.deepEqual(await list("nothing"), []);
});
