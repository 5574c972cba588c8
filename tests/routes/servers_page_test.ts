/** The list of servers: where each serves, how it is, and why. */
import assert from "node:assert/strict";
import { freePort, until } from "../lib/health_servers.ts";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

/** One server is up, one drains, one is down; one address serves twice. */
function config(port: number) {
  const health = { port, interval: 2, timeout: 2, rise: 1, fall: 1 };
  return {
    ...CONFIG,
    vips: [
      {
        prefix: "90.0.0.0/8",
        health,
        servers: [{ address: "127.0.0.1" }, { address: "127.0.0.2" }],
      },
      {
        prefix: "91.0.0.0/8",
        protocol: "tcp",
        port: 80,
        servers: [{ address: "10.0.0.10" }, { address: "10.0.0.9", weight: 0 }, {
          address: "127.0.0.1",
          weight: 7,
        }],
      },
    ],
  };
}

async function withServers(act: (site: Site, stop: () => void) => Promise<void>): Promise<void> {
  const port = freePort();
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  let open = true;
  const stop = () => {
    if (open) listener.close();
    open = false;
  };
  try {
    await using site = await Site.open(config(port), { check: true });
    await until("all is known", () => site.controller.health().summary.unknown === 0);
    await act(site, stop);
  } finally {
    stop();
  }
}

Deno.test({ name: "the list of servers in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const viewport of SIZES) {
      await t.step(
        `tells where, how and why at ${viewport.width} pixels`,
        () =>
          withServers(async (site) => {
            const { page, complaints } = await openPage(browser, site, { viewport }, "/servers");
            await live(page);
            const addresses = await page.locator(".all-servers tbody th").allTextContents();
            assert.deepEqual(addresses, ["10.0.0.9", "10.0.0.10", "127.0.0.1", "127.0.0.2"]);
            const rows = (await page.locator(".all-servers tr[data-row]").allInnerTexts())
              .map((text) => text.replaceAll(/\s+/g, " "));
            assert.match(rows[0]!, /91\.0\.0\.0\/8 tcp\/80 .*draining .*not checked/);
            assert.match(rows[2]!, /90\.0\.0\.0\/8 .*up .*answers in [\d.]+ ms up since 20\d\d-/);
            assert.match(rows[3]!, /^91\.0\.0\.0\/8|Behind 91/);
            assert.match(
              rows[4]!,
              /127\.0\.0\.2 .*down TCP 127\.0\.0\.2:\d+: connection refused down since 20\d\d-/i,
            );
            site.traffic(300, "91.0.0.1:80");
            await page.waitForFunction(() =>
              Number(
                document.querySelector('[data-key="server/91.0.0.0/8 tcp/80 10.0.0.10/flows"]')
                  ?.textContent,
              ) > 0
            );
            await assertFits(page);
            await assertAccessible(page);
            assert.deepEqual(complaints, []);
          }),
      );
    }

    await t.step(
      "a server that goes down or is drained is seen at once",
      () =>
        withServers(async (site, stop) => {
          const { page, complaints } = await openPage(browser, site, {}, "/servers");
          await live(page);
          const count = (word: string) => page.locator(`.filter a:has-text("${word}") b`);
          assert.equal(await count("down").innerText(), "1");
          stop();
          await page.waitForFunction(() =>
            document.querySelector(".filter a:has(.down) b")?.textContent === "2"
          );
          const vip = encodeURIComponent("91.0.0.0/8 tcp/80");
          await site.ask("PATCH", `/api/v1/vips/${vip}/servers/10.0.0.10`, { weight: 0 });
          await page.waitForFunction(() =>
            document.querySelector(".filter a:has(.draining) b")?.textContent === "2"
          );
          assert.deepEqual(complaints, []);
        }),
    );

    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
      await t.step(
        `${how}: those that are how somebody wants them, and are found`,
        () =>
          withServers(async (site) => {
            const { page } = await openPage(browser, site, { javaScriptEnabled }, "/servers");
            const shown = () => page.locator(".all-servers tr[data-row]").count();
            await page.click('.filter a:has-text("down")');
            await page.waitForURL(`${site.url}/servers?condition=down`);
            assert.equal(await shown(), 1);
            assert.match(await page.innerText(".all-servers"), /127\.0\.0\.2/);
            await page.fill("input[type=search]", "127.0.0.1");
            await page.keyboard.press("Enter");
            await page.getByText("No server is down, of those that hold “127.0.0.1”").waitFor();
            await page.click('.filter a:has-text("all")');
            await page.waitForURL(`${site.url}/servers?search=127.0.0.1`);
            assert.equal(await shown(), 2);
            await page.click(".all-servers a");
            await page.waitForURL(/\/vips/);
          }),
      );
    }

    await t.step("without a next hop, with the reason", async () => {
      const { next_hop: _, ...net0 } = CONFIG.interfaces.net0;
      await using site = await Site.open({ ...CONFIG, interfaces: { net0 } });
      const { page } = await openPage(browser, site, {}, "/servers?condition=no_next_hop");
      assert.equal(await page.locator(".all-servers tr[data-row]").count(), 3);
      const { reason } = site.controller.servers().servers[0]!;
      assert.ok((await page.innerText(".all-servers")).includes(reason!));
    });

    await t.step("ten thousand are as light as fifty, also behind one VIP", async () => {
      const servers = Array.from({ length: 10_000 }, (_, n) => ({
        address: `10.1.${n >> 8}.${n & 255}`,
      }));
      const vips = [{ prefix: "90.0.0.0/8", new_len: 16_384, servers }];
      await using site = await Site.open({ ...CONFIG, vips });
      const heard: number[] = [];
      const { page, complaints } = await openPage(browser, site, {}, "/servers");
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      session.on("Network.eventSourceMessageReceived", ({ eventName, data }) => {
        if (eventName === "counters") heard.push(data.length);
      });
      await live(page);
      assert.equal(await page.locator(".all-servers tr[data-row]").count(), 50);
      const { length } = await page.content();
      assert.ok(length < 150 * 1024, `${length} bytes`);
      await page.click('.pager a:text-is("Next")');
      await page.getByText(/^51 to 100 of 10.000 servers$/).waitFor();
      await page.fill("input[type=search]", "10.1.39.15");
      await page.getByText("10.1.39.15", { exact: true }).waitFor();
      await live(page);
      await until("numbers move", () => heard.length >= 3);
      assert.ok(Math.max(...heard) < 100 * 1024, `${heard} bytes a second`);
      assert.deepEqual(complaints, []);
    });

    await t.step("says what to do first where there is nothing yet", async () => {
      await using site = await Site.open({ ...CONFIG, vips: [] });
      const { page } = await openPage(browser, site, {}, "/servers");
      assert.match(await page.innerText("main"), /No server yet/);
      await assertAccessible(page);
      await page.click('main a:text-is("New VIP")');
      await page.waitForURL(`${site.url}/vips/new`);
    });
  } finally {
    await browser.close();
  }
});
