/** A VIP made, changed and deleted in a browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertAccessible } from "./axe.ts";
import { assertFits, ignore, launch, openPage, SIZES } from "./browser.ts";
import { CONFIG, Site } from "./site.ts";

const field = (name: string) => `[name="${name}"]`;
const press = (page: Page, name: string) => page.click(`main button:text-is("${name}")`);
const wrong = (page: Page, name: string) => page.innerText(`.field:has([name="${name}"]) .wrong`);

/** The VIP that runs under that name, as it is configured. */
function configured(site: Site, prefix: string) {
  return site.controller.config().vips.find((vip) => vip.prefix === prefix);
}

const edit = (name: string) => `/vips/${encodeURIComponent(name)}/edit`;

Deno.test({ name: "a VIP's form in a real browser", ignore }, async (t) => {
  const browser = await launch();
  try {
    for (const javaScriptEnabled of [true, false]) {
      const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

      await t.step(`${how}: a VIP is looked at first, then made with all its fields`, async () => {
        await using site = await Site.open();
        const { page, complaints } = await openPage(
          browser,
          site,
          { javaScriptEnabled },
          "/vips/new",
        );
        await page.fill(field("prefix"), "198.51.100.10/32");
        await page.selectOption(field("protocol"), "tcp");
        await page.fill(field("port"), "443");
        await page.selectOption(field("encap"), "nat4");
        await page.fill(field("target_port"), "8443");
        await page.fill(field("new_len"), "4096");
        await page.check(field("src_ip_sticky"));
        await page.selectOption(field("icmp_echo"), "forward");
        await page.selectOption(field("health.type"), "http");
        await page.fill(field("health.path"), "/healthz");
        await page.fill(field("health.interval"), "0.5");
        await page.fill(field("servers"), "10.1.0.1\n10.1.0.2 50\n\n  10.1.0.3 0  \n");
        await press(page, "Preview");
        assert.match(
          await page.innerText(".preview"),
          /VIP 198\.51\.100\.10\/32 tcp\/443 is added/,
        );
        assert.equal(site.controller.revision, 1);
        if (javaScriptEnabled) await assertAccessible(page);
        await press(page, "Add the VIP");
        await page.waitForURL(/done=2/);
        assert.match(page.url(), /198\.51\.100\.10/);
        const { health, ...vip } = configured(site, "198.51.100.10/32")!;
        assert.deepEqual(vip, {
          prefix: "198.51.100.10/32",
          protocol: "tcp",
          port: 443,
          encap: "nat4",
          target_port: 8443,
          new_len: 4096,
          src_ip_sticky: true,
          icmp_echo: "forward",
          servers: [
            { address: "10.1.0.1", weight: 100 },
            { address: "10.1.0.2", weight: 50 },
            { address: "10.1.0.3", weight: 0 },
          ],
        });
        assert.deepEqual([health?.type, health?.path, health?.interval], [
          "http",
          "/healthz",
          0.5,
        ]);
        assert.deepEqual(complaints, []);
      });

      await t.step(`${how}: what is refused is told beside its field, and kept`, async () => {
        await using site = await Site.open();
        const { page } = await openPage(browser, site, { javaScriptEnabled }, "/vips/new");
        await page.fill(field("prefix"), "198.51.100.300");
        await page.fill(field("port"), "http");
        await page.fill(field("new_len"), "1000");
        await page.fill(field("servers"), "10.1.0.1 heavy\nserver2");
        await page.selectOption(field("health.type"), "udp");
        await press(page, "Add the VIP");
        assert.match(await wrong(page, "prefix"), /198\.51\.100\.300/);
        assert.match(await wrong(page, "port"), /expected a whole number, not "http"/);
        assert.match(await wrong(page, "new_len"), /not a power of two: 1000 .*1024/);
        assert.match(
          await wrong(page, "servers"),
          /^line 1, weight: .*not "heavy"; line 2, address: .*server2/,
        );
        assert.equal(await page.inputValue(field("servers")), "10.1.0.1 heavy\nserver2");
        assert.equal(await page.inputValue(field("port")), "http");
        if (javaScriptEnabled) await assertAccessible(page);
        await page.fill(field("prefix"), "198.51.100.0/24");
        await page.fill(field("port"), "80");
        await page.fill(field("new_len"), "");
        await page.fill(field("servers"), "10.1.0.1");
        await press(page, "Preview");
        assert.match(await wrong(page, "health.send"), /is missing; a udp check sends something/);
        await page.fill(field("health.send"), "00ff");
        await press(page, "Add the VIP");
        await page.waitForURL(/done=2/);
        assert.equal(configured(site, "198.51.100.0/24")?.health?.send, "00ff");
      });

      await t.step(
        `${how}: fields of a VIP change, and come back empty to their default`,
        async () => {
          await using site = await Site.open();
          await site.ask("PATCH", "/api/v1/vips/90.0.0.0%2F8", { ttl: 9, health: { port: 80 } });
          const options = { javaScriptEnabled };
          const { page } = await openPage(browser, site, options, edit("90.0.0.0/8"));
          assert.equal(await page.inputValue(field("ttl")), "9");
          assert.equal(await page.inputValue(field("health.port")), "80");
          assert.equal(await page.locator(field("prefix")).count(), 0);
          await page.fill(field("ttl"), "");
          await page.fill(field("new_len"), "8192");
          await page.selectOption(field("health.type"), "");
          await press(page, "Preview");
          assert.match(
            await page.innerText(".preview"),
            /new_len changes.*ttl changes.*health changes/,
          );
          await press(page, "Apply");
          await page.waitForURL(/done=3/);
          const vip = configured(site, "90.0.0.0/8")!;
          assert.deepEqual([vip.ttl, vip.health, vip.new_len], [undefined, undefined, 8192]);
          assert.equal(vip.servers.length, 2, "servers stay");
        },
      );

      await t.step(`${how}: deleting says first how many flows it affects`, async () => {
        await using site = await Site.open();
        site.traffic(55);
        const { page } = await openPage(
          browser,
          site,
          { javaScriptEnabled },
          edit("90.0.0.0/8"),
        );
        await page.click('.title a:has-text("Delete")');
        await page.waitForURL(/\/delete$/);
        const preview = await page.innerText(".preview");
        assert.match(preview, /VIP 90\.0\.0\.0\/8 is removed; its packets are no longer forwarded/);
        assert.match(preview, /55 of 55 established flows are affected: the VIP is removed/);
        if (javaScriptEnabled) await assertAccessible(page);
        assert.equal(site.controller.revision, 1);
        await page.check(field("flush"));
        await press(page, "Delete the VIP");
        await page.waitForURL(`${site.url}/vips?done=2`);
        assert.equal(configured(site, "90.0.0.0/8"), undefined);
        assert.match(await page.innerText("main"), /Done: revision 2 runs/);
      });
    }

    for (const viewport of SIZES) {
      await t.step(
        `at ${viewport.width} pixels those fields are seen that go with the encap`,
        async () => {
          await using site = await Site.open();
          const { page, complaints } = await openPage(browser, site, { viewport }, "/vips/new");
          const seen = async (...names: string[]) =>
            await Promise.all(names.map((name) => page.isVisible(field(name))));
          const names = ["ttl", "dscp", "target_port"];
          assert.deepEqual(await seen(...names), [true, false, false]);
          await page.selectOption(field("encap"), "l3dsr");
          assert.deepEqual(await seen(...names), [false, true, false]);
          await page.selectOption(field("encap"), "nat6");
          assert.deepEqual(await seen(...names), [false, false, true]);
          const checks = ["health.interval", "health.path", "health.send"];
          assert.deepEqual(await seen(...checks), [false, false, false]);
          await page.selectOption(field("health.type"), "https");
          assert.deepEqual(await seen(...checks), [true, true, false]);
          await page.selectOption(field("health.type"), "udp");
          assert.deepEqual(await seen(...checks), [true, false, true]);
          await assertFits(page);
          await assertAccessible(page);
          assert.deepEqual(complaints, []);
        },
      );
    }

    await t.step("what was typed for another encap is not sent", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, "/vips/new");
      await page.fill(field("prefix"), "198.51.100.0/24");
      await page.fill(field("ttl"), "9");
      await page.selectOption(field("encap"), "l3dsr");
      await press(page, "Add the VIP");
      assert.match(await wrong(page, "dscp"), /is missing/);
      await page.fill(field("dscp"), "3");
      await press(page, "Add the VIP");
      await page.waitForURL(/done=2/);
      assert.equal(configured(site, "198.51.100.0/24")?.ttl, undefined);
    });

    await t.step(
      "without JavaScript all fields stand there, and one too many is told",
      async () => {
        await using site = await Site.open();
        const options = { javaScriptEnabled: false };
        const { page } = await openPage(browser, site, options, "/vips/new");
        for (const name of ["ttl", "dscp", "target_port", "health.send", "health.path"]) {
          assert.ok(await page.isVisible(field(name)), name);
        }
        await page.fill(field("prefix"), "198.51.100.0/24");
        await page.fill(field("target_port"), "80");
        await page.fill(field("health.port"), "80");
        await press(page, "Preview");
        assert.match(await wrong(page, "health.type"), /choose how to check.*health\.port/);
        await page.fill(field("health.port"), "");
        await press(page, "Preview");
        assert.match(await wrong(page, "target_port"), /goes with nat4 and nat6 only/);
      },
    );

    await t.step("of two browsers at once one is told what the other changed", async () => {
      await using site = await Site.open();
      const one = (await openPage(browser, site, {}, edit("90.0.0.0/8"))).page;
      const other = (await openPage(browser, site, {}, edit("90.0.0.0/8"))).page;
      await one.fill(field("ttl"), "9");
      await press(one, "Apply");
      await one.waitForURL(/done=2/);
      await other.fill(field("new_len"), "8192");
      await press(other, "Apply");
      assert.match(await other.innerText("[role=alert]"), /revision 2 runs[\s\S]+ttl[\s\S]+9/);
      assert.equal(await other.inputValue(field("new_len")), "8192", "nothing is lost");
      assert.equal(await other.inputValue(field("ttl")), "9", "nothing is undone");
      await assertAccessible(other);
      await press(other, "Apply");
      await other.waitForURL(/done=3/);
      const { ttl, new_len } = configured(site, "90.0.0.0/8")!;
      assert.deepEqual([ttl, new_len], [9, 8192]);
    });

    await t.step("a new one begins like another", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, edit("2002::/16 tcp/80"));
      await page.click('a:text-is("New one like it")');
      await page.waitForURL(/like=/);
      assert.equal(await page.inputValue(field("encap")), "gre6");
      assert.equal(await page.inputValue(field("servers")), "2001:db8:1::1 50");
      assert.equal(await page.inputValue(field("prefix")), "");
      await page.fill(field("prefix"), "2003::/16");
      await press(page, "Add the VIP");
      await page.waitForURL(/done=2/);
      const { prefix: _, ...vip } = configured(site, "2003::/16")!;
      const { prefix: _old, ...model } = configured(site, "2002::/16")!;
      assert.deepEqual(vip, model);
    });

    await t.step("a VIP that is there already, or not at all, is told", async () => {
      await using site = await Site.open();
      const { page } = await openPage(browser, site, {}, "/vips/new");
      await page.fill(field("prefix"), "90.0.0.0/8");
      await press(page, "Add the VIP");
      assert.match(await page.innerText("[role=alert]"), /VIP 90\.0\.0\.0\/8 is there already/);
      for (const path of ["edit", "delete"]) {
        await page.goto(`${site.url}/vips/${encodeURIComponent("9.9.9.9/32")}/${path}`);
        assert.match(await page.innerText("main"), /Not here[\s\S]+no VIP 9\.9\.9\.9\/32/);
      }
    });
  } finally {
    await browser.close();
  }
});

Deno.test("who may not change VIPs is offered no button, and refused", async () => {
  await using site = await Site.open(CONFIG);
  const { secret } = site.access.tokens.add({ name: "op", scope: "operate", expires: null });
  const headers = { authorization: `Bearer ${secret}`, accept: "text/html" };
  const form = await fetch(site.url + edit("90.0.0.0/8"), { headers });
  const html = await form.text();
  assert.match(html, /needs scope admin/);
  assert.doesNotMatch(html, /Apply|Delete/);
  const [cookie = ""] = (form.headers.get("set-cookie") ?? "").split(";");
  const csrf = /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? "";
  const path = `/vips/${encodeURIComponent("90.0.0.0/8")}`;
  for (const to of ["/vips/new", `${path}/edit`, `${path}/delete`]) {
    const answer = await fetch(site.url + to, {
      method: "POST",
      redirect: "manual",
      headers: { ...headers, cookie },
      body: new URLSearchParams({ csrf, revision: "1", prefix: "91.0.0.0/8", ttl: "7" }),
    });
    assert.equal(answer.status, 403, to);
    assert.match(await answer.text(), /needs scope/, to);
  }
  assert.equal(site.controller.revision, 1);
});
