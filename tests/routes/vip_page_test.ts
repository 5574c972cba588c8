import assert from "node:assert/strict";
import type { Page, Response } from "playwright-core";
import { connectTo } from "../../lib/connect.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const VIP = "90.0.0.0/8";
const PATH = `/vips/${encodeURIComponent(VIP)}`;
const FIRST_PAGE_MAX = 150 * 1024;

const row = (page: Page, address: string) =>
  page.locator(`#vip-servers tr:has(th:text-is("${address}"))`).or(
    page.locator("#vip-servers tbody tr", { hasText: address }),
  ).first();
const weight = (page: Page, address: string) => page.getByLabel(`Weight of ${address}`);
const main = (page: Page) => page.innerText("main");

/** Whose each slot is. */
async function holders(site: Site): Promise<string[]> {
  using client = connectTo({ url: site.url });
  const { servers, part } = await client.table(VIP, { from: 0 });
  return part!.servers.map((place) => servers[place]!.address);
}

Deno.test({ name: "the page of a VIP in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const javaScriptEnabled of [false, true]) {
      await t.step(
        `a drain is looked at and carried out, and moves what was told; scripts: ${javaScriptEnabled}`,
        async () => {
          await using site = await Site.open();
          site.traffic(80);
          const { page, complaints } = await openPage(browser, site, { javaScriptEnabled }, PATH);
          assert.match(
            await main(page),
            /gre4[\s\S]+packets\/s[\s\S]+new flows\/s[\s\S]+dropped\/s/,
          );
          assert.match(await main(page), /4.096 slots in their order/);
          await row(page, "10.0.0.2").getByText("Drain").click();
          await page.waitForSelector(".preview");
          const told = /([\d\u202f]+) of 4.096 slots move/.exec(await main(page))?.[1];
          assert.match(await main(page), /No established flow is affected/);
          assert.equal(await page.locator(".previewed").count(), 2, "before and after");
          assert.ok(
            await page.locator(".previewed .moves .marks").count() > 0,
            "what moves is marked",
          );
          const before = await holders(site);
          await page.click('#do button:text-is("Drain")');
          await page.waitForSelector("text=Done: revision 2 runs.");
          const after = await holders(site);
          const moved = before.filter((server, slot) => server !== after[slot]).length;
          assert.ok(moved > 0);
          assert.equal(Number(told?.replaceAll("\u202f", "")), moved);
          assert.equal(new URL(page.url()).pathname, PATH);
          assert.match(await row(page, "10.0.0.2").innerText(), /draining\s+\d+ flows left/);
          await row(page, "10.0.0.2").getByText("Resume").click();
          await page.click('#do button:text-is("Resume")');
          await page.waitForSelector("text=Done: revision 3 runs.");
          assert.deepEqual(await holders(site), before);
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step(
      "weights are typed in the list, looked at together, and changed at once",
      async () => {
        await using site = await Site.open();
        const { page, complaints } = await openPage(browser, site, {}, PATH);
        await live(page);
        await weight(page, "10.0.0.1").fill("30");
        await weight(page, "10.0.0.2").fill("60");
        await page.keyboard.press("Enter");
        await page.waitForSelector(
          "text=10.0.0.1 gets weight 30 after 100, 10.0.0.2 gets weight 60 after 100",
        );
        assert.equal(site.controller.revision, 1, "Enter only looks");
        assert.equal(await weight(page, "10.0.0.2").inputValue(), "60");
        await page.click('#do button:text-is("Apply")');
        await page.waitForSelector("text=Done: revision 2 runs.");
        assert.deepEqual(site.controller.config().vips[0]!.servers.map(({ weight }) => weight), [
          30,
          60,
        ]);
        await weight(page, "10.0.0.2").fill("300");
        await page.click('#vip-servers button:text-is("Apply")');
        await page.waitForSelector('[aria-label="Weight of 10.0.0.2"][aria-invalid]');
        assert.match(await row(page, "10.0.0.2").innerText(), /100|300/);
        assert.equal(await weight(page, "10.0.0.2").inputValue(), "300");
        assert.match(await page.innerText("[role=alert]"), /nothing changed/);
        assert.deepEqual(complaints.filter((text) => !text.includes("400")), []);
      },
    );

    await t.step("what is typed outlives a change by others, who lose nothing either", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, PATH);
      await live(page);
      await weight(page, "10.0.0.1").fill("40");
      await page.click("h1");
      await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.2", { weight: 70 });
      await page.waitForSelector("#revision:has-text('2')");
      assert.equal(await weight(page, "10.0.0.1").inputValue(), "40");
      await page.click('#vip-servers button:text-is("Apply")');
      await page.waitForSelector("text=The configuration changed meanwhile");
      assert.equal(await weight(page, "10.0.0.1").inputValue(), "40");
      assert.equal(await weight(page, "10.0.0.2").inputValue(), "70");
      await page.click('#vip-servers button:text-is("Apply")');
      await page.waitForSelector("text=Done: revision 3 runs.");
      assert.deepEqual(site.controller.config().vips[0]!.servers.map(({ weight }) => weight), [
        40,
        70,
      ]);
    });

    await t.step(
      "servers are added, several at once; what is wrong is told beside the field",
      async () => {
        await using site = await Site.open();
        const { page } = await openPage(browser, site, { javaScriptEnabled: false }, PATH);
        await page.click("text=Add servers");
        await page.fill("[name=servers]", "10.0.0.3\n10.0.0.4 500");
        await page.click('#do button:text-is("Preview")');
        assert.match(await page.innerText("#do-servers-error"), /10\.0\.0\.4: weight: /);
        assert.equal(await page.inputValue("[name=servers]"), "10.0.0.3\n10.0.0.4 500");
        await page.fill("[name=servers]", "10.0.0.3\n10.0.0.4 50");
        await page.click('#do button:text-is("Preview")');
        assert.match(await page.innerText(".gains"), /10\.0\.0\.3\s+\+\d/);
        await page.click('#do button:text-is("Add")');
        assert.match(await main(page), /Done: revision 2 runs/);
        assert.equal(await weight(page, "10.0.0.4").inputValue(), "50");
        await page.click("text=Add servers");
        await page.fill("[name=servers]", "10.0.0.3");
        await page.click('#do button:text-is("Add")');
        assert.match(await page.innerText("#do-servers-error"), /is behind 90\.0\.0\.0\/8 already/);
      },
    );

    await t.step("flows are forgotten, as many as were told", async () => {
      await using site = await Site.open();
      site.traffic(90);
      const { page } = await openPage(browser, site, { javaScriptEnabled: false }, PATH);
      const flows = Number(await row(page, "10.0.0.1").locator('[data-show="value"]').innerText());
      assert.ok(flows > 0);
      await row(page, "10.0.0.1").getByText("Flush").click();
      assert.match(
        await main(page),
        new RegExp(`${flows} of 90 established flows are affected: they are forgotten`),
      );
      await page.click('#do button:text-is("Flush")');
      assert.equal(site.controller.vip(VIP).flows, 90 - flows);
    });

    await t.step("a removed server's flows count down until it is gone", async () => {
      await using site = await Site.open();
      site.traffic(60);
      const { page, complaints } = await openPage(browser, site, {}, PATH);
      await live(page);
      await row(page, "10.0.0.1").getByText("Remove").click();
      await page.click('#do button:text-is("Remove")');
      await page.waitForSelector("text=Done: revision 2 runs.");
      await live(page);
      const gone = row(page, "10.0.0.1");
      await gone.getByText(/\d+ flows left, at rest: gone within \d+ s/).waitFor();
      const hop = await site.controller.refresh();
      assert.ok(hop > 0);
      await endFlows(site);
      await page.waitForFunction(
        () => !document.querySelector("#vip-servers")?.textContent?.includes("10.0.0.1"),
      );
      assert.deepEqual(complaints, []);
    });

    await t.step("a drained server says when it is empty and may be removed", async () => {
      await using site = await Site.open();
      site.traffic(60);
      await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.1", { weight: 0 });
      const { page } = await openPage(browser, site, {}, PATH);
      await live(page);
      await row(page, "10.0.0.1").getByText(/\d+ flows left/).waitFor();
      await endFlows(site);
      await row(page, "10.0.0.1").getByText("no flow left: it may be removed").waitFor();
    });

    for (const viewport of SIZES) {
      for (const colorScheme of ["light", "dark"] as const) {
        await t.step(`is fit for everybody, ${viewport.width} pixels, ${colorScheme}`, async () => {
          await using site = await Site.open();
          site.traffic(60);
          await site.ask("DELETE", "/api/v1/vips/90.0.0.0%2F8/servers/10.0.0.2");
          const { page, complaints } = await openPage(
            browser,
            site,
            { viewport, colorScheme },
            PATH,
          );
          for (const query of ["?do=remove&server=10.0.0.1", "?do=drain&server=10.9.9.9"]) {
            await page.goto(site.url + PATH + query);
            await live(page);
            await assertFits(page);
            await assertAccessible(page);
          }
          assert.match(await main(page), /no server 10\.9\.9\.9 behind/);
          assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
        });
      }
    }

    await t.step(
      "10,000 servers: a light page of some, searched and turned, in groups",
      async () => {
        const servers = Array.from(
          { length: 10_000 },
          (_, n) => ({ address: `10.1.${n >> 8}.${n & 255}` }),
        );
        const vip = { ...CONFIG.vips[0]!, new_len: 65_536, servers };
        await using site = await Site.open({ ...CONFIG, vips: [vip] });
        const context = await browser.newContext();
        const page = await context.newPage();
        const sizes: Promise<number>[] = [];
        const measure = (response: Response) => {
          if (!response.url().includes("/events")) {
            sizes.push(response.body().then(({ length }) => length));
          }
        };
        page.on("response", measure);
        await page.goto(site.url + PATH);
        await live(page);
        page.off("response", measure);
        const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
        assert.ok(total < FIRST_PAGE_MAX, `${total} bytes`);
        assert.match(await main(page), /10.000 servers in 12 groups/);
        assert.equal(await page.locator("#vip-servers tbody tr").count(), 30);
        await page.click("a[rel=next]");
        await row(page, "10.1.0.30").waitFor();
        await page.fill("input[type=search]", "10.1.39.15");
        await page.keyboard.press("Enter");
        await page.waitForSelector("#vip-servers tbody tr:only-child");
        await row(page, "10.1.39.15").getByText("Remove").click();
        await page.waitForSelector("text=Only what moves");
        assert.match(await main(page), /After, only what moves \([\d.]+ %\), larger/);
        await page.click('#do button:text-is("Remove")');
        await page.waitForSelector("text=Done: revision 2 runs.");
        assert.match(page.url(), /search=10\.1\.39\.15/);
      },
    );
  } finally {
    await browser.close();
  }
});

/** All flows but those of other clients are forgotten with time. */
async function endFlows(site: Site): Promise<void> {
  site.dataplane.setClock(1000);
  for (let n = 0; n < 200; n++) site.traffic(1, "[2002::1]:80");
  await site.controller.refresh();
}

Deno.test("who may only look is offered nothing to change", async () => {
  await using site = await Site.open(undefined, { requireToken: true });
  for (const [scope, offers] of [["read", false], ["operate", true]] as const) {
    const { secret } = site.access.tokens.add({ name: scope, scope, expires: null });
    const headers = { authorization: `Bearer ${secret}`, accept: "text/html" };
    const response = await fetch(`${site.url}${PATH}?do=drain&server=10.0.0.1`, { headers });
    assert.equal(response.status, 200);
    const html = await response.text();
    for (const words of ["Weight of 10.0.0.1", ">Drain<", "Add servers", "slots move"]) {
      assert.equal(html.includes(words), offers, `${scope}: ${words}`);
    }
    assert.ok(!html.includes(">Edit<"), "a VIP's fields are an admin's");
  }
});

Deno.test("a VIP goes by any spelling of its name; one that is not there is told", async () => {
  await using site = await Site.open();
  const get = (path: string) => fetch(site.url + path, { headers: { accept: "text/html" } });
  const other = await get(`/vips/${encodeURIComponent("2002:0::/16  TCP/80")}`);
  assert.match(await other.text(), /<h1>2002::\/16/);
  for (const name of ["9.0.0.0/8", "x"]) {
    const missing = await get(`/vips/${encodeURIComponent(name)}`);
    assert.equal(missing.status, 404);
    assert.match(await missing.text(), /Not here/);
  }
});

Deno.test("a VIP without a server says what to do first", async () => {
  await using site = await Site.open({ ...CONFIG, vips: [{ prefix: "91.0.0.0/8" }] });
  const response = await fetch(`${site.url}/vips/91.0.0.0%2F8`, {
    headers: { accept: "text/html" },
  });
  const html = await response.text();
  assert.match(html, /No server has a weight: packets that begin a flow are dropped/);
  assert.match(html, /<textarea[^>]* name="servers"/, "the form for the first one is there");
});

Deno.test("what the page leads to is there, and about this VIP", async () => {
  await using site = await Site.open();
  for (const name of [VIP, "2002::/16 tcp/80"]) {
    const get = async (path: string) => {
      const answer = await fetch(site.url + path, { headers: { accept: "text/html" } });
      return [answer.status, await answer.text()] as const;
    };
    const [, html] = await get(`/vips/${encodeURIComponent(name)}`);
    const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
    const links = [...main.matchAll(/<a [^>]*href="(\/[^"#]*)"/g)].map(([, href]) => href!);
    assert.ok(links.length >= 5, String(links));
    for (const href of links) {
      const [status, text] = await get(href.replaceAll("&amp;", "&"));
      assert.equal(status, 200, href);
      assert.ok(text.includes(name), href);
    }
  }
});
