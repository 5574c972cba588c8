/** What all pages of the console have in common. */
import assert from "node:assert/strict";
import { PAGES } from "../../routes/(components)/navigation.tsx";
import { makeFolder, Program } from "../cli/program.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const FIRST_PAGE_MAX = 150 * 1024;

Deno.test({ name: "the console in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step("every page can be got at, fits, and is fit for everybody", async () => {
      await using site = await Site.open();
      site.traffic(40);
      for (const viewport of SIZES) {
        for (const colorScheme of ["light", "dark"] as const) {
          const { page, complaints } = await openPage(browser, site, { viewport, colorScheme });
          for (const { href, label } of PAGES) {
            await page.click(`nav.pages a:text-is("${label}")`);
            await page.waitForURL(site.url + href);
            await live(page);
            assert.equal(await page.textContent("nav.pages a[aria-current=page]"), label);
            assert.ok((await page.textContent("h1")) ?? "" !== "");
            await assertFits(page);
            await assertAccessible(page);
          }
          assert.deepEqual(complaints, []);
          await page.context().close();
        }
      }
    });

    await t.step("a first page is light", async () => {
      await using site = await Site.open();
      const context = await browser.newContext();
      const fresh = await context.newPage();
      const sizes: Promise<number>[] = [];
      fresh.on("response", (response) => {
        if (!response.url().includes("/events")) {
          sizes.push(response.body().then(({ length }) => length));
        }
      });
      await fresh.goto(site.url);
      await live(fresh);
      const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      assert.ok(total < FIRST_PAGE_MAX, `${total} bytes`);
    });

    await t.step("the theme is chosen without JavaScript, and kept", async () => {
      await using site = await Site.open();
      const options = { javaScriptEnabled: false, colorScheme: "light" } as const;
      const { page } = await openPage(browser, site, options);
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.click('button:text-is("dark")');
      const dark = await ground();
      assert.notEqual(dark, light);
      assert.equal(page.url(), `${site.url}/`);
      await page.reload();
      assert.equal(await ground(), dark);
      await page.click('button:text-is("auto")');
      assert.equal(await ground(), light);
    });

    await t.step("keys lead everywhere, and say so", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site);
      await live(page);
      await page.keyboard.press("?");
      assert.ok(await page.isVisible("dialog#keys"));
      await assertAccessible(page);
      await page.keyboard.press("Escape");
      assert.ok(!await page.isVisible("dialog#keys"));
      for (const { key, href } of PAGES) {
        await page.keyboard.press("g");
        await page.keyboard.press(key);
        await page.waitForURL(site.url + href);
        await live(page);
      }
      await page.keyboard.press("Tab");
      assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
      assert.deepEqual(complaints, []);
    });

    await t.step("rows are walked by keys", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site);
      await live(page);
      const here = () => page.evaluate(() => document.activeElement?.textContent);
      await page.keyboard.press("j");
      assert.equal(await here(), "90.0.0.0/8");
      await page.keyboard.press("ArrowDown");
      assert.equal(await here(), "2002::/16 tcp/80");
      await page.keyboard.press("k");
      assert.equal(await here(), "90.0.0.0/8");
      await page.keyboard.press("Enter");
      await page.waitForURL(`${site.url}/vips/90.0.0.0%2F8`);
      await live(page);
      await page.keyboard.press("g");
      await page.keyboard.press("v");
      await page.waitForURL(`${site.url}/vips`);
      await live(page);
      await page.keyboard.press("/");
      await page.keyboard.type("2002");
      await page.keyboard.press("Enter");
      await page.waitForURL(/search=2002/);
      assert.doesNotMatch(await page.innerText("main"), /90\.0\.0\.0/);
    });

    await t.step("a program that stands still is told from one that is gone", async () => {
      await using folder = await makeFolder();
      await using program = await Program.start(folder.path, {});
      const page = await (await browser.newContext()).newPage();
      await page.goto(program.url);
      await live(page);
      program.signal("SIGSTOP");
      try {
        await page.waitForSelector('#live[data-state="stalled"]');
      } finally {
        program.signal("SIGCONT");
      }
      await live(page);
    });

    await t.step("an address that is not there says so, and leads back", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, "/nothing/here");
      assert.match(await page.innerText("main"), /Not here[\s\S]+nothing at \/nothing\/here/);
      await assertAccessible(page);
      await page.click('main a:text("overview")');
      await page.waitForURL(`${site.url}/`);
    });

    await t.step("goes on by itself when the program is there again", async () => {
      const site = await Site.open();
      const port = Number(new URL(site.url).port);
      const { page } = await openPage(browser, site);
      await live(page);
      await site[Symbol.asyncDispose]();
      await page.waitForSelector('#live[data-state="gone"]');
      await using _again = await Site.open(undefined, { port });
      await live(page);
    });
  } finally {
    await browser.close();
  }
});

Deno.test("pages allow no script and no style but their own files, which may be kept for ever", async () => {
  await using site = await Site.open();
  for (const path of [...PAGES.map(({ href }) => href), "/api/docs"]) {
    const response = await fetch(site.url + path, { headers: { accept: "text/html" } });
    assert.equal(response.status, 200, path);
    const html = await response.text();
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; style-src 'self'; script-src 'self'/);
    assert.match(policy, /form-action 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(html, /<script(?![^>]* src=)|<style| style=| on[a-z]+=/, path);
    for (const [, file] of html.matchAll(/(?:src|href)="(\/static\/[^"]*)"/g)) {
      const asset = await fetch(site.url + file);
      assert.equal(asset.status, 200, file);
      assert.equal(asset.headers.get("x-content-type-options"), "nosniff", file);
      assert.match(asset.headers.get("cache-control") ?? "", /immutable/, file);
      await asset.body?.cancel();
    }
  }
});

/** The cookie and the mark of a page. */
async function visit(site: Site): Promise<{ cookie: string; csrf: string }> {
  const response = await fetch(site.url);
  const [cookie] = (response.headers.get("set-cookie") ?? "").split(";");
  const csrf = /name="csrf" value="([^"]+)"/.exec(await response.text())?.[1];
  assert.ok(cookie && csrf);
  return { cookie, csrf };
}

function post(site: Site, path: string, fields: object, headers: HeadersInit): Promise<Response> {
  const body = new URLSearchParams({ ...fields });
  return fetch(site.url + path, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { accept: "text/html", ...headers },
  });
}

Deno.test("a form counts only from a page of ours, in the same browser", async () => {
  await using site = await Site.open();
  const { cookie, csrf } = await visit(site);
  const other = await visit(site);
  assert.match(cookie, /^guideway_csrf=[\w-]{43}$/);
  const good = await post(site, "/theme", { csrf, theme: "dark", back: "/?a=1" }, { cookie });
  assert.equal(good.status, 303);
  assert.equal(good.headers.get("location"), "/?a=1");
  await good.body?.cancel();
  const bad: [object, HeadersInit][] = [
    [{}, { cookie }],
    [{ csrf: "" }, { cookie }],
    [{ csrf: `${csrf.slice(0, -1)}!` }, { cookie }],
    [{ csrf }, {}],
    [{ csrf: other.csrf }, { cookie }],
    [{ csrf }, { cookie: "guideway_csrf=guess" }],
  ];
  for (const [fields, headers] of bad) {
    const answer = await post(site, "/theme", { theme: "dark", ...fields }, headers);
    const shown = JSON.stringify([fields, headers]);
    assert.equal(answer.status, 403, shown);
    assert.match(await answer.text(), /<h1>Refused<\/h1>[\s\S]+not from a page of this program/);
    assert.equal(answer.headers.get("location"), null);
  }
});

Deno.test("where a form leads back to is never elsewhere", async () => {
  await using site = await Site.open();
  const { cookie, csrf } = await visit(site);
  for (const back of ["//evil.example", "/\\evil.example", "https://evil.example/", "evil", ""]) {
    const answer = await post(site, "/theme", { csrf, theme: "dark", back }, { cookie });
    assert.equal(answer.headers.get("location"), "/", back);
    await answer.body?.cancel();
  }
});

Deno.test("REST takes no forms, and pages take nothing else", async () => {
  await using site = await Site.open();
  const { cookie, csrf } = await visit(site);
  const rest = await post(site, "/api/v1/vips", { csrf, prefix: "91.0.0.0/8" }, { cookie });
  assert.equal(rest.status, 415);
  assert.match((await rest.json()).error.message, /send application\/json/);
  const headers = { "content-type": "application/json", cookie };
  for (const body of ['{"theme":"dark"}', ""]) {
    const answer = await fetch(`${site.url}/theme`, { method: "POST", headers, body });
    assert.equal(answer.status, 415);
    await answer.body?.cancel();
  }
});

Deno.test("what browsers run names nothing of the server", async () => {
  const { sourceFiles, importsOf, readSource } = await import("../tools/modules.ts");
  const seen = new Set<string>();
  const visit = async (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!/\.tsx?$/.test(path)) return;
    const text = await readSource(path);
    assert.doesNotMatch(text, /\bDeno\./, path);
    for (const { to, typeOnly } of importsOf(path, text)) if (!typeOnly) await visit(to);
  };
  for (const path of await sourceFiles(["routes/(islands)"], [".ts", ".tsx"])) await visit(path);
  const libraries = [...seen].filter((path) => !/\.tsx?$/.test(path)).sort();
  assert.deepEqual(libraries.filter((name) => !/^(preact|uplot)/.test(name)), []);
});

Deno.test("names in a configuration cannot become markup", async () => {
  await using site = await Site.open();
  const bad = { ...CONFIG, interfaces: { "<b>x": { device: "null" } } };
  assert.equal((await site.ask("PUT", "/api/v1/config", bad)).status, 400);
  const address = `${site.url}/<script>alert(1)</script>`;
  const text = await (await fetch(address)).text();
  assert.match(text, /^\{"error":/, "programs get JSON of an unknown address");
  const html = await (await fetch(address, { headers: { accept: "text/html" } })).text();
  assert.match(html, /<h1>Not here<\/h1>/);
  assert.doesNotMatch(html, /<script>alert/);
});
