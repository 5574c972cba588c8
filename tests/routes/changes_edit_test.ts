/** The running configuration as YAML: copied, edited, checked while it is typed, and never lost. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const TEXT = "#yaml-text";
const EDIT = "/changes/edit";

/** Changes what stands in the field. */
async function edit(page: Page, change: (text: string) => string): Promise<string> {
  const text = change(await page.inputValue(TEXT));
  await page.fill(TEXT, text);
  return text;
}

Deno.test({ name: "the configuration as YAML in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

      await t.step(`${how}: it is edited, looked at before, and applied`, async () => {
        await using site = await Site.open();
        const { page, complaints } = await openPage(browser, site, { javaScriptEnabled }, EDIT);
        await edit(page, (text) => text.replace("timeout: 40", "timeout: 90"));
        await page.click('button:text-is("Preview")');
        await page.waitForSelector('.preview:has-text("conf.timeout changes")');
        assert.equal(site.controller.revision, 1);
        assert.match(await page.inputValue(TEXT), /timeout: 90/);
        await page.click('button:text-is("Apply")');
        await page.waitForURL(/\/changes\?done=2/);
        assert.equal(site.controller.config().conf.timeout, 90);
        assert.match(await page.innerText("tbody tr"), /conf\.timeout 40 → 90[\s\S]+console/);
        assert.deepEqual(complaints, []);
      });

      await t.step(
        `${how}: what is refused is told in its line, and what was typed stays`,
        async () => {
          await using site = await Site.open();
          const { page } = await openPage(browser, site, { javaScriptEnabled }, EDIT);
          const text = await edit(
            page,
            (text) =>
              `\n\n# by hand\n${text}`.replace("weight: 50", "weight:   500 # too much")
                .replace("encap: gre4", "encap: gre5"),
          );
          await page.click('button:text-is("Apply")');
          await page.waitForSelector(".yaml-side [role=alert]");
          const lines = text.split("\n");
          for (const [part, path] of [["500", "weight"], ["gre5", "encap"]] as const) {
            const line = lines.findIndex((line) => line.includes(part)) + 1;
            const told = page.locator(".yaml-side li", { hasText: path });
            assert.match(await told.innerText(), new RegExp(`^Line ${line}: vips\\[`));
            assert.ok(await page.isVisible(`#line-${line}`));
          }
          assert.match(await page.innerText("#yaml-notes"), /must be at most 100, not 500/);
          assert.equal(await page.inputValue(TEXT), text, "every letter of it");
          assert.equal(site.controller.revision, 1);
          if (javaScriptEnabled) await assertAccessible(page);
        },
      );

      await t.step(`${how}: text that is no YAML tells its line`, async () => {
        await using site = await Site.open();
        const { page } = await openPage(browser, site, { javaScriptEnabled }, EDIT);
        await page.fill(TEXT, "vips:\n  - prefix: 90.0.0.0/8\n prefix: [\n");
        await page.click('button:text-is("Preview")');
        await page.waitForSelector(".yaml-side [role=alert] li");
        assert.match(await page.innerText(".yaml-side li"), /^Line 3: [A-Z]/);
        assert.match(await page.inputValue(TEXT), /prefix: \[/);
      });

      await t.step(`${how}: who was slower is told what changed, and takes it in`, async () => {
        await using site = await Site.open();
        const { page } = await openPage(browser, site, { javaScriptEnabled }, EDIT);
        const mine = (text: string) => "# mine\n" + text.replace("weight: 50", "weight: 60");
        const text = await edit(page, mine);
        await site.ask("PATCH", "/api/v1/config/conf", { timeout: 77 });
        await page.click('button:text-is("Apply")');
        const told = page.locator(".notice.warn", { hasText: "changed meanwhile" });
        await told.waitFor();
        assert.match(await told.innerText(), /revision 2[\s\S]+conf\.timeout\s+40 → 77/);
        assert.equal(await page.inputValue(TEXT), text, "nothing is lost");
        assert.equal(site.controller.revision, 2, "nothing is undone");
        await page.click('button:text-is("Take them into my text")');
        await page.waitForSelector('.notice.warn:has-text("holds what others changed")');
        assert.equal(await page.inputValue(TEXT), text.replace("timeout: 40", "timeout: 77"));
        await page.click('button:text-is("Apply")');
        await page.waitForURL(/done=3/);
        const { conf, vips } = site.controller.config();
        assert.deepEqual([conf.timeout, vips[1]!.servers[0]!.weight], [77, 60]);
      });
    }

    await t.step(
      "it is checked while it is typed, and nothing of that is in the audit log",
      async () => {
        await using site = await Site.open();
        const { page, complaints } = await openPage(browser, site, {}, EDIT);
        await live(page);
        const line = (await page.inputValue(TEXT)).split("\n")
          .findIndex((line) => line.includes("timeout")) + 1;
        await edit(page, (text) => text.replace("timeout: 40", "timeout: soon"));
        await page.waitForSelector(`.gutter #line-${line}`);
        assert.match(await page.innerText("#yaml-notes"), /expected a whole number/);
        await page.click(`a:text-is("Line ${line}")`);
        const selected = () =>
          page.evaluate((id) => {
            const field = document.querySelector<HTMLTextAreaElement>(id)!;
            return field.value.slice(field.selectionStart, field.selectionEnd);
          }, TEXT);
        assert.match(await selected(), /^ *timeout: soon$/);
        await page.keyboard.type("  timeout: 60");
        await page.waitForSelector('.yaml-side .preview:has-text("conf.timeout changes")');
        assert.equal(await page.locator(".gutter b").count(), 0);
        assert.match(await page.innerText(".check-state"), /can be applied/);
        await page.fill(TEXT, "vips: [");
        await page.waitForSelector(".yaml-side [role=alert]");
        assert.equal(site.controller.revision, 1);
        assert.deepEqual(site.access.audit.list({}).entries, []);
        // A browser tells its console of each answer that is an error.
        assert.deepEqual(complaints.filter((text) => !/status of 400/.test(text)), []);
      },
    );

    await t.step("while somebody edits, a change by somebody else is told", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, EDIT);
      await live(page);
      await edit(page, (text) => `# mine\n${text}`);
      await site.ask("PATCH", "/api/v1/config/conf", { timeout: 77 });
      await page.waitForSelector('.yaml-side .notice.warn:has-text("revision 2")');
      assert.match(await page.inputValue(TEXT), /^# mine/);
    });

    await t.step("keys do what they do in every field, and new lines are indented", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, EDIT);
      await live(page);
      await page.fill(TEXT, "vips:\n  - prefix: 90.0.0.0/8");
      await page.press(TEXT, "End");
      await page.keyboard.press("Control+End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("servers: []");
      assert.equal(await page.inputValue(TEXT), "vips:\n  - prefix: 90.0.0.0/8\n    servers: []");
      assert.match(await page.innerText("#yaml-numbers"), /^1\s+2\s+3\s*$/);
      await page.keyboard.press("Tab");
      assert.notEqual(await page.evaluate(() => document.activeElement?.id), "yaml-text");
    });

    await t.step("what was typed is still there when the page was left", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, EDIT);
      await live(page);
      const text = await edit(page, (text) => `# mine\n${text}`);
      page.on("dialog", (dialog) => void dialog.accept());
      await page.goto(`${site.url}/`);
      await site.ask("PATCH", "/api/v1/config/conf", { timeout: 77 });
      await page.goto(site.url + EDIT);
      await page.click('button:text-is("Bring it back")');
      assert.equal(await page.inputValue(TEXT), text);
      await page.click('button:text-is("Apply")');
      await page.waitForSelector('.notice.warn:has-text("changed meanwhile")');
      await page.click('button:text-is("Take them into my text")');
      await page.click('button:text-is("Apply")');
      await page.waitForURL(/\?done=/);
      await page.goto(site.url + EDIT);
      await live(page);
      assert.equal(await page.locator('button:text-is("Bring it back")').count(), 0);
    });

    await t.step("it is copied and downloaded", async () => {
      await using site = await Site.open();
      const permissions = ["clipboard-read", "clipboard-write"];
      const { page } = await openPage(browser, site, { permissions }, EDIT);
      await live(page);
      await page.click('button:text-is("Copy")');
      await page.waitForSelector('[role=status]:text-is("Copied")');
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.equal(copied, await page.inputValue(TEXT));
      const download = page.waitForEvent("download");
      await page.click('a:text-is("Download")');
      const path = await (await download).path();
      assert.equal(await Deno.readTextFile(path), copied);
    });

    await t.step("it fits, is fit for everybody, and is light", async () => {
      await using site = await Site.open();
      for (const viewport of SIZES) {
        for (const colorScheme of ["light", "dark"] as const) {
          const { page } = await openPage(browser, site, { viewport, colorScheme }, EDIT);
          await live(page);
          await edit(page, (text) => text.replace("timeout: 40", "timeout: soon"));
          await page.waitForSelector(".gutter b");
          await assertFits(page);
          await assertAccessible(page);
          await page.context().close();
        }
      }
    });
  } finally {
    await browser.close();
  }
});

Deno.test("a configuration that is too long for a browser is told how it is edited", async () => {
  const vips = Array.from({ length: 3000 }, (_, at) => ({
    prefix: `90.${at >> 8}.${at & 255}.0/24`,
    encap: "gre4",
    new_len: 16,
    servers: [{ address: "10.0.0.1" }, { address: "10.0.0.2" }],
  }));
  await using site = await Site.open({ ...CONFIG, vips });
  const html = await (await fetch(site.url + EDIT)).text();
  assert.match(html, /This configuration is long/);
  assert.match(html, /guideway apply guideway-1\.yaml --dry-run/);
  assert.ok(html.length < 50_000);
  const file = await fetch(`${site.url}/changes/1/config.yaml`);
  assert.match(await file.text(), /prefix: 90\.11\.183\.0\/24/);
});

Deno.test("who may not change it sees it all the same", async () => {
  await using site = await Site.open();
  const { secret } = site.access.tokens.add({ name: "eye", scope: "read", expires: null });
  const headers = { authorization: `Bearer ${secret}`, accept: "text/html" };
  const html = await (await fetch(site.url + EDIT, { headers })).text();
  assert.match(html, /90\.0\.0\.0\/8[\s\S]+needs scope admin/);
  assert.match(html, /<textarea[^>]* readonly/);
  assert.doesNotMatch(html, /name="act"/);
});

Deno.test("over REST, too, what is wrong with YAML is told with its line", async () => {
  await using site = await Site.open();
  const text = "vips:\n- prefix: 90.0.0.0/8\n  servers:\n  - address: 10.0.0.300\n";
  const put = (text: string) => site.send("PUT", "/api/v1/config", text, "application/yaml");
  const { error } = (await put(text)).body;
  assert.deepEqual([error.path, error.line], ["vips[0].servers[0].address", 4]);
  assert.equal((await put("a:\n b: [\n")).body.error.line, 3);
});
