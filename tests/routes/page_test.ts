import assert from "node:assert/strict";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const cell = (key: string, show: string) => `[data-key="${key}"][data-show="${show}"]`;

Deno.test({ name: "the page in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      await t.step(
        `shows live numbers at ${viewport.width} pixels, without complaint`,
        async () => {
          await using site = await Site.open();
          site.traffic(120);
          const { page, complaints } = await openPage(browser, site, { viewport });
          const fetched: string[] = [];
          page.on("request", (request) => {
            if (new URL(request.url()).pathname === "/") fetched.push(request.url());
          });
          await live(page);
          assert.equal(await page.textContent(cell("total/forwarded", "value")), "120");
          site.traffic(90, "[2002::1]:80");
          const rate = cell("server/2002::/16 tcp/80 2001:db8:1::1/packets", "rate");
          await page.waitForFunction(
            (selector) => Number(document.querySelector(selector)?.textContent) > 0,
            rate,
          );
          const seen = Number(await page.textContent(rate));
          assert.ok(seen > 30 && seen <= 95, `90 packets within about a second: ${seen}/s`);
          assert.equal(await page.textContent(cell("total/forwarded", "value")), "210");
          await assertFits(page);
          assert.deepEqual(fetched, [], "numbers alone do not fetch the page again");
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step("follows a change of servers within seconds, without a reload", async () => {
      await using site = await Site.open();
      const { page, complaints } = await openPage(browser, site);
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
      const { page, complaints } = await openPage(browser, site);
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

    await t.step("shows what came to each interface, and how much of it was dropped", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site);
      await live(page);
      site.traffic(90, "[2002::1]:81");
      await page.waitForFunction(
        (selector) => document.querySelector(selector)?.textContent === "90",
        cell("interface/net0/drops", "value"),
      );
      assert.match(await page.innerText("table.interfaces"), /net0/);
    });

    await t.step("can be read without JavaScript", async () => {
      await using site = await Site.open();
      site.traffic(55);
      const { page } = await openPage(browser, site, { javaScriptEnabled: false });
      const text = await page.innerText("body");
      for (const words of ["90.0.0.0/8", "2001:db8:1::1", "10.0.0.2", "50.0 %", "drop_ttl"]) {
        assert.ok(text.includes(words), words);
      }
      assert.match(text, /55 packets in all/);
    });

    await t.step("says what to do first where there is nothing yet", async () => {
      await using site = await Site.open({});
      const { page, complaints } = await openPage(browser, site);
      assert.match(await page.innerText("main"), /No VIP yet[\s\S]+guideway apply FILE --dry-run/);
      await site.ask("PUT", "/api/v1/config", CONFIG);
      await page.waitForSelector('section[data-is^="90.0.0.0/8"]');
      assert.deepEqual(complaints, []);
    });

    await t.step("says so when the program no longer answers", async () => {
      const site = await Site.open();
      const { page } = await openPage(browser, site);
      await live(page);
      await site[Symbol.asyncDispose]();
      await page.waitForSelector('#live[data-state="gone"]');
      assert.equal(await page.textContent("#live"), "no answer");
      assert.match(await page.innerText("main"), /90\.0\.0\.0\/8/, "the last numbers stay");
    });
  } finally {
    await browser.close();
  }
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
