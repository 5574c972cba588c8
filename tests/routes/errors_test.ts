/** What a person sees when something is wrong. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { Site } from "./site.ts";

const HTML = { accept: "text/html" };
const FORM = { ...HTML, "content-type": "application/x-www-form-urlencoded" };

/** What a browser shows of an answer. */
async function shown(response: Response): Promise<string> {
  assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  const main = /<main[^>]*>(.*)<\/main>/s.exec(await response.text())?.[1] ?? "";
  return main.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
}

Deno.test("whatever is refused, a browser gets a page that says why and what to do", async () => {
  await using site = await Site.open();
  const cases: [string, RequestInit, number, RegExp][] = [
    ["/nothing", { headers: HTML }, 404, /Not here there is nothing at \/nothing .*removed/],
    ["/changes/77", { headers: HTML }, 404, /revision 77 is not there/],
    ["/settings", { method: "PUT", headers: HTML }, 405, /Not served .*Open its page/],
    [
      "/changes/edit",
      { method: "POST", headers: FORM, body: "csrf=x" },
      403,
      /load the page again/,
    ],
    [
      "/changes/edit",
      { method: "POST", headers: FORM, body: new Uint8Array(17 * 1024 * 1024) },
      413,
      /Too large .*larger than 16777216 bytes .*what you typed is still there/,
    ],
    [
      "/changes/edit",
      { method: "POST", headers: { ...FORM, origin: "http://evil.example" }, body: "a=b" },
      403,
      /changes from pages of .*evil/,
    ],
    ["/changes", { headers: { ...HTML, authorization: "Bearer gw_x" } }, 401, /Not known/],
  ];
  for (const [path, init, status, words] of cases) {
    const response = await fetch(site.url + path, init);
    assert.equal(response.status, status, path);
    assert.match(await shown(response), words, path);
  }
});

Deno.test("who asked too often is told how long to wait", async () => {
  await using site = await Site.open();
  const ask = () => fetch(site.url, { headers: { ...HTML, authorization: "Bearer gw_x" } });
  let response = await ask();
  for (let at = 0; at < 100 && response.status !== 429; at++) {
    await response.body?.cancel();
    response = await ask();
  }
  assert.equal(response.status, 429);
  const seconds = response.headers.get("retry-after");
  assert.match(await shown(response), new RegExp(`Too many attempts .*Wait ${seconds} s`));
});

Deno.test("a fault of the program's own is told as one, without a stack", async () => {
  await using site = await Site.open();
  site.controller.config = () => {
    throw new Error("a fault");
  };
  const response = await fetch(`${site.url}/settings`, { headers: HTML });
  assert.equal(response.status, 500);
  const text = await shown(response);
  assert.match(text, /a fault .*fault of the program, not yours.*forwarded all the same/);
  assert.doesNotMatch(text, /\.ts:/);
});

Deno.test("a program asked for JSON gets JSON", async () => {
  await using site = await Site.open();
  const response = await fetch(`${site.url}/nothing`, { headers: { accept: "application/json" } });
  assert.equal((await response.json()).error.message, "there is nothing at /nothing");
});

Deno.test({ name: "errors in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step("an error's page fits, and is fit for everybody", async () => {
      await using site = await Site.open();
      for (const viewport of SIZES) {
        const { page } = await openPage(browser, site, { viewport }, "/changes/77");
        await assertFits(page);
        await assertAccessible(page);
        await page.context().close();
      }
    });

    await t.step("that the program is gone is told on the page, until it is back", async () => {
      const site = await Site.open();
      const port = Number(new URL(site.url).port);
      const { page } = await openPage(browser, site);
      await live(page);
      await site[Symbol.asyncDispose]();
      await page.waitForSelector("#gone:visible");
      await assertAccessible(page);
      await using _again = await Site.open(undefined, { port });
      await page.waitForSelector("#gone", { state: "hidden" });
    });
  } finally {
    await browser.close();
  }
});
