/** The list of VIPs. */
import assert from "node:assert/strict";
import { freePort, until } from "../lib/health_servers.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const cell = (key: string, show: string) => `[data-key="${key}"][data-show="${show}"]`;

/** As many VIPs as wanted, each with a server of its own and one that all share. */
export function manyVips(count: number) {
  return {
    ...CONFIG,
    vips: Array.from({ length: count }, (_, n) => ({
      prefix: `90.${n >> 8}.${n & 255}.0/24`,
      new_len: 16,
      servers: [{ address: `10.${n >> 8}.${n & 255}.1` }, { address: "10.255.255.9" }],
    })),
  };
}

/** More clients come as long as it is not disposed of. */
function clients(site: Site, destination: string): Disposable {
  let count = 0;
  const timer = setInterval(() => site.traffic(count += 5, destination), 200);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

Deno.test({ name: "the list of VIPs in a real browser", ignore }, async (t) => {
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
          const owner = "vip/2002::/16 tcp/80";
          for (const name of ["packets", "first_packet"]) {
            using _clients = clients(site, "[2002::1]:80");
            await page.waitForFunction(
              (selector) => Number(document.querySelector(selector)?.textContent) > 0,
              cell(`${owner}/${name}`, "rate"),
            );
          }
          assert.equal(await page.textContent(cell("vip/90.0.0.0/8/flows", "value")), "120");
          await assertFits(page);
          assert.deepEqual(fetched, [], "numbers alone do not fetch the page again");
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step("a row tells how many servers are up, and follows within seconds", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      await live(page);
      await page.evaluate(() => document.body.dataset.same = "yes");
      const row = page.locator("tr", { hasText: "90.0.0.0/8" });
      assert.match(await row.innerText(), /2 of 2 up/);
      await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.2", { weight: 0 });
      await row.getByText("1 of 2 up").waitFor();
      assert.match(await row.innerText(), /1 draining/);
      await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8", { encap: "ipip", ttl: 9 });
      await row.getByText("ttl 9").waitFor();
      assert.equal(await page.getAttribute("body", "data-same"), "yes");
      assert.deepEqual(complaints, []);
    });

    await t.step("a server that goes down is seen without anybody's doing", async () => {
      const port = freePort();
      const vips = [{
        prefix: "90.0.0.0/8",
        health: { port, interval: 2, timeout: 2, rise: 1, fall: 1 },
        servers: [{ address: "127.0.0.1" }, { address: "127.0.0.2" }],
      }];
      const listener = Deno.listen({ hostname: "127.0.0.1", port });
      try {
        await using site = await Site.open({ ...CONFIG, vips }, { check: true });
        await until("one is up", () => site.controller.health().summary.up === 1);
        const { page } = await openPage(browser, site, {}, "/vips");
        await live(page);
        await page.getByText("1 of 2 up").waitFor();
        listener.close();
        await page.getByText("0 of 2 up").waitFor();
        await page.getByText("so all get new flows").waitFor();
        await assertAccessible(page);
      } finally {
        try {
          listener.close();
        } catch { /* closed above */ }
      }
    });

    await t.step("drops of a VIP are told while there are any", async () => {
      await using site = await Site.open({ ...CONFIG, vips: [{ prefix: "90.0.0.0/8" }] });
      const { page } = await openPage(browser, site, {}, "/vips");
      await live(page);
      assert.match(await page.innerText("table.vips"), /none: packets are dropped/);
      const drops = cell("vip/90.0.0.0/8/drops", "rate");
      await page.waitForSelector(`${drops}[data-alarm="false"]:text-is("0")`);
      using _clients = clients(site, "90.1.2.3:80");
      await page.waitForSelector(`${drops}[data-alarm="true"]`);
    });

    await t.step("the list follows what is typed, and so does the address", async () => {
      await using site = await Site.open(manyVips(120));
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      await live(page);
      await page.keyboard.press("/");
      await page.keyboard.type("10.0.77.");
      await page.locator("#count:text-is('1 of 120')").waitFor();
      assert.equal(await page.locator("table.vips tbody tr").count(), 1);
      assert.equal(page.url(), `${site.url}/vips?search=10.0.77.`);
      site.traffic(30, "90.0.77.1:80");
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.textContent === "30",
        cell("vip/90.0.77.0/24/flows", "value"),
      );
      assert.equal(
        await page.evaluate(() => document.activeElement?.getAttribute("name")),
        "search",
      );
      await page.reload();
      assert.equal(await page.inputValue("input[type=search]"), "10.0.77.");
      assert.deepEqual(complaints, []);
    });

    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
      await t.step(`${how}: pages lead on and back`, async () => {
        await using site = await Site.open(manyVips(120));
        const { page } = await openPage(browser, site, { javaScriptEnabled }, "/vips");
        const names = () => page.locator("table.vips tbody th a").allTextContents();
        const seen = await names();
        await page.click('.pager a:text-is("Next")');
        await page.waitForURL(/cursor/);
        assert.match(await page.innerText(".pager"), /51 to 100 of 120 VIPs/);
        seen.push(...await names());
        await page.click('.pager a:text-is("Next")');
        await page.getByText("101 to 120 of 120 VIPs").waitFor();
        seen.push(...await names());
        assert.equal(new Set(seen).size, 120);
        assert.equal(await page.locator('.pager a:text-is("Next")').count(), 0);
        await page.click('.pager a:text-is("Previous")');
        await page.getByText("51 to 100 of 120 VIPs").waitFor();
        await page.click('.pager a:text-is("Previous")');
        await page.getByText("1 to 50 of 120 VIPs").waitFor();
        assert.equal(page.url(), `${site.url}/vips`);
        await page.fill("input[type=search]", "90.0.119");
        await page.keyboard.press("Enter");
        await page.locator("#count:text-is('1 of 120')").waitFor();
        assert.deepEqual(await names(), ["90.0.119.0/24"]);
        await page.fill("input[type=search]", "nothing");
        await page.keyboard.press("Enter");
        await page.getByText("None of 120 VIPs holds “nothing”").waitFor();
      });
    }

    await t.step("ten thousand are as light as fifty", async () => {
      await using site = await Site.open(manyVips(10_000));
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      await live(page);
      assert.equal(await page.locator("table.vips tbody tr").count(), 50);
      const { length } = await page.content();
      assert.ok(length < 150 * 1024, `${length} bytes`);
      await page.fill("input[type=search]", "10.39.15.1");
      await page.locator("#count", { hasText: /^1 of 10.000$/ }).waitFor();
      assert.deepEqual(complaints, []);
    });

    await t.step("says what to do first where there is nothing yet", async () => {
      await using site = await Site.open({ ...CONFIG, vips: [] });
      const { page, complaints } = await openPage(browser, site, {}, "/vips");
      assert.match(await page.innerText("main"), /No VIP yet[\s\S]+guideway apply FILE --dry-run/);
      await live(page);
      await site.ask("PUT", "/api/v1/config", CONFIG);
      await page.waitForSelector('tr[data-is^="90.0.0.0/8"]');
      await page.click('.title a:text-is("New VIP")');
      await page.waitForURL(`${site.url}/vips/new`);
      assert.deepEqual(complaints, []);
    });
  } finally {
    await browser.close();
  }
});

Deno.test("an address that was cut off leads to the first page, and a visitor who may not add VIPs is offered none", async () => {
  await using site = await Site.open();
  const { secret } = site.access.tokens.add({ name: "eye", scope: "read", expires: null });
  const headers = { authorization: `Bearer ${secret}`, accept: "text/html" };
  const response = await fetch(`${site.url}/vips?cursor=5`, { headers });
  const html = await response.text();
  assert.equal(response.status, 200);
  assert.match(html, /90\.0\.0\.0\/8/);
  assert.doesNotMatch(html, /New VIP/);
});
