/** "Where would this packet go" in the browser. */
import assert from "node:assert/strict";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, live, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const NO_SCRIPT = { javaScriptEnabled: false } as const;
const ENDS = "/flows/trace?source=203.0.113.7:20000&destination=90.1.2.3:80";

Deno.test({ name: "a trace in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    await t.step("is asked by a form and has an address to share, without a script", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, NO_SCRIPT, "/flows");
      await page.click('a:text-is("Trace a packet")');
      assert.match(await page.innerText("main"), /Nothing is sent, remembered or counted/);
      assert.equal(await page.locator("#verdict").count(), 0);
      await page.fill("#trace-source", "203.0.113.7:20000");
      await page.fill("#trace-destination", "90.1.2.3:80");
      await page.selectOption("#trace-protocol", "udp");
      await page.click('button:text-is("Trace")');
      const shared = page.url();
      const { body } = await site.ask("GET", `${ENDS.replace("/flows", "/api/v1")}&protocol=udp`);
      await page.goto("about:blank");
      await page.goto(shared);
      assert.equal(await page.inputValue("#trace-protocol"), "udp");
      assert.equal(
        await page.innerText("#verdict h2"),
        `Goes to server ${body.server}, out of net0`,
      );
      assert.equal(await page.locator(".step").count(), body.steps.length);
      assert.match(await page.innerText(".steps"), /Table\s+slot \d+ of 4096/);
    });

    await t.step(
      "names every bit of both packets, with place and value, without a script",
      async () => {
        await using site = await Site.open();
        const { body } = await site.ask("GET", `/api/v1/trace${new URL(ENDS, "http://x").search}`);
        const { page } = await openPage(browser, site, NO_SCRIPT, ENDS);
        for (const [way, packet] of [["in", body.in], ["out", body.out[0]]]) {
          const card = page.locator(`.packet-${way}`);
          const shown = await card.locator("table.packet-fields tbody tr:not(.layer)")
            .allInnerTexts();
          assert.equal(shown.length, packet.fields.length);
          for (const [at, { name, text }] of packet.fields.entries()) {
            assert.ok(shown[at]!.includes(name) && shown[at]!.includes(text), shown[at]);
          }
          const digits = (await card.locator(".run").allInnerTexts()).join("").replaceAll(
            /\s/g,
            "",
          );
          assert.equal(digits, packet.bytes);
        }
        assert.match(
          await page.innerText(".packet-out table.packet-fields"),
          /30–33\s+destination\s+10\.0\.0\.\d\s+new/,
        );
      },
    );

    await t.step("what differs is told in words and by lines, not by colours alone", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, NO_SCRIPT, ENDS);
      const marks = await page.locator(".packet-out td .differs").allInnerTexts();
      assert.ok(marks.includes("changed") && marks.includes("new"), marks.join());
      const drawn = (selector: string, what: "textDecorationLine" | "boxShadow") =>
        page.locator(selector).first().evaluate((run, what) => getComputedStyle(run)[what], what);
      assert.equal(await drawn(".packet-out .run.value", "textDecorationLine"), "underline");
      assert.notEqual(await drawn(".packet-out .run.new", "boxShadow"), "none");
      assert.equal(await page.locator(".packet-in .run.new").count(), 0);
    });

    for (const viewport of SIZES) {
      await t.step(`it fits and is fit for everybody at ${viewport.width} pixels`, async () => {
        await using site = await Site.open();
        for (const colorScheme of ["light", "dark"] as const) {
          const options = { viewport, colorScheme };
          const { page, complaints } = await openPage(browser, site, options, ENDS);
          await live(page);
          await page.waitForSelector("tr[data-field]");
          await assertFits(page);
          await assertAccessible(page);
          assert.deepEqual(complaints, []);
          await page.context().close();
        }
      });
    }

    await t.step(
      "a field that is pointed at or focused shows its bytes, and bytes their field",
      async () => {
        await using site = await Site.open();
        const { page, complaints } = await openPage(browser, site, {}, ENDS);
        const card = page.locator(".packet-out");
        const lit = async () => (await card.locator(".run.on").allInnerTexts()).join(" ");
        await card.locator("tr[data-field]").first().waitFor();
        const ttl = card.locator('tr:has(th:text-is("TTL"))').first();
        await ttl.hover();
        assert.equal(await lit(), "40");
        await card.locator(".run").first().hover();
        assert.equal(
          await card.locator("tr.on").innerText().then((text) => text.split("\t")[1]),
          "destination",
        );
        assert.equal((await lit()).split(" ").length, 6);
        await card.locator("tr[data-field]").first().focus();
        await page.keyboard.press("ArrowDown");
        assert.equal(
          await lit(),
          await card.locator(".run").nth(1).innerText() + " " +
            await card.locator(".run").nth(2).innerText(),
        );
        await page.keyboard.press("End");
        const last = await page.evaluate(() => document.activeElement?.textContent ?? "");
        assert.match(last, /urgent pointer/);
        await page.keyboard.press("Home");
        await page.keyboard.press("Shift+Tab");
        assert.equal(await card.locator("tr:focus").count(), 0, "a packet is one stop of Tab");
        assert.deepEqual(complaints, []);
      },
    );

    await t.step("a long packet scrolls by keyboard, and its fields stand below", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, `${ENDS}&size=1400`);
      await page.waitForSelector("tr[data-field]");
      await assertAccessible(page);
      const hex = page.locator(".packet-in .hex");
      assert.ok((await hex.boundingBox())!.height < 600);
      await hex.focus();
      await page.keyboard.press("End");
      await page.waitForFunction(() => document.querySelector(".packet-in .hex")!.scrollTop > 100);
    });

    await t.step("nothing jumps when the script takes over", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, { viewport: SIZES[0]! }, ENDS);
      await page.waitForSelector("tr[data-field]");
      const shift = await page.evaluate(() =>
        new Promise<number>((done) => {
          new PerformanceObserver((list) => {
            const entries = list.getEntries() as (PerformanceEntry & { value: number })[];
            done(entries.reduce((sum, { value }) => sum + value, 0));
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(0), 300);
        })
      );
      assert.ok(shift < 0.02, `layout shift ${shift}`);
    });

    await t.step("any byte of the packet can be changed and traced again", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, NO_SCRIPT, ENDS);
      await page.click("summary");
      const text = await page.inputValue("#frame-frame");
      // The TTL: it ends here, and the sender is told so.
      await page.fill("#frame-frame", text.replace(" 40 06 ", " 01 06 ").replace("A2 C4", ""));
      await page.click('button:text-is("Trace this frame")');
      assert.match(await page.innerText("#verdict"), /drop_bad_ip4_header/);
      assert.match(await page.innerText(".packets"), /Nothing leaves\./);
      assert.ok(await page.isVisible("#frame-frame"), "it stays open");
      await page.fill("#frame-frame", "00 1");
      await page.click('button:text-is("Trace this frame")');
      assert.match(await page.innerText("#frame-frame-error"), /not bytes as pairs of hex digits/);
      assert.equal(await page.inputValue("#frame-frame"), "00 1");
    });

    await t.step(
      "what cannot be traced is told beside its field, and nothing is lost",
      async () => {
        await using site = await Site.open();
        const { page } = await openPage(
          browser,
          site,
          NO_SCRIPT,
          "/flows/trace?source=203.0.113.7&destination=90.1.2.3:80&size=10",
        );
        assert.match(await page.innerText("#trace-size-error"), /write 28 to/);
        await page.fill("#trace-size", "");
        await page.click('button:text-is("Trace")');
        assert.match(
          await page.innerText("#trace-source-error"),
          /not an address and port: "203\.0\.113\.7"/,
        );
        await page.fill("#trace-source", "[2001:db8::7]:1");
        await page.click('button:text-is("Trace")');
        assert.match(
          await page.innerText("#trace-destination-error"),
          /is IPv6, and 90\.1\.2\.3 is not/,
        );
        assert.equal(await page.inputValue("#trace-source"), "[2001:db8::7]:1");
      },
    );

    await t.step(
      "tells why a packet is dropped or left alone, and where a big one goes",
      async () => {
        await using site = await Site.open();
        const sentence = async (query: string) => {
          const { page } = await openPage(browser, site, NO_SCRIPT, `/flows/trace?${query}`);
          const text = await page.innerText("#verdict");
          await page.context().close();
          return text;
        };
        const from = "source=203.0.113.7:1";
        assert.match(
          await sentence(`${from}&destination=91.0.0.1:80`),
          /Left to the kernel.*left_not_vip/s,
        );
        const six = "source=[2001:db8::7]:1&destination=[2002::1]:81";
        assert.match(await sentence(six), /Dropped: the prefix has VIPs by port.*drop_no_port/s);
        assert.match(
          await sentence(`${from}&destination=90.1.2.3:80&size=1500`),
          /its sender is told/,
        );
      },
    );

    await t.step("works also where there is no interface and no VIP", async () => {
      await using site = await Site.open({});
      const { page } = await openPage(browser, site, NO_SCRIPT, ENDS);
      assert.match(await page.innerText("#verdict"), /left_not_vip/);
      assert.match(await page.innerText(".packet-in .head"), /^In\s+54 bytes$/);
      await site.ask("PUT", "/api/v1/config", CONFIG);
      await page.reload();
      assert.match(await page.innerText(".packet-in .head"), /54 bytes at net0/);
    });
  } finally {
    await browser.close();
  }
});
