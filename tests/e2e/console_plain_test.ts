/** The console without JavaScript: as a text browser, or somebody behind a strict policy, has it. */
import assert from "node:assert/strict";
import { assertFits } from "../routes/browser.ts";
import { Connections } from "./lab_connections.ts";
import { ADDRESSES, CONSOLE, consoleTest, PLACE, VIP, VIP_PATH } from "./lab_console.ts";
import {
  carryOut,
  goTo,
  logIn,
  makeVip,
  pressable,
  preview,
  serverRow,
  toldSlots,
  typeServers,
} from "./lab_operator.ts";

const SERVERS = ADDRESSES.slice(0, 2);
const CONNECTIONS = 20;

consoleTest("all of it can be done without JavaScript", { vips: [] }, async (desk, step) => {
  const { site } = desk;
  const secret = await desk.token("ann");
  const page = await desk.window({ javaScriptEnabled: false });
  const words = async () => (await page.innerText("main")).replaceAll(/\s+/g, " ");

  await step("a VIP is made", async () => {
    await logIn(page, secret);
    assert.match(await words(), /No VIP yet/);
    assert.equal(await makeVip(page), 2);
  });

  await step(
    "what is wrong with a server is told beside the field, and nothing is lost",
    async () => {
      await typeServers(page, [SERVERS[0]!, "10.0.0.300"]);
      await pressable(page, "Add").click();
      const field = page.getByRole("textbox", { name: "Servers", exact: true });
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.match(await words(), /10\.0\.0\.300/);
      await field.fill((await field.inputValue()).replace("10.0.0.300", SERVERS[1]!));
      assert.match(await preview(page, "Preview"), /10\.0\.0\.11 is added, 10\.0\.0\.12 is added/);
      assert.equal(await carryOut(page, "Add"), 3);
    },
  );

  await step("traffic is there when the page is looked at again", async () => {
    const connections = new Connections(site, CONNECTIONS, PLACE);
    await connections.allOpen();
    await page.goto(CONSOLE + VIP_PATH);
    assert.match(await words(), /2 of 2 up/);
    for (const [at, address] of SERVERS.entries()) {
      const flows = connections.open[`s${at + 1}`];
      assert.match(
        (await serverRow(page, address).innerText()).replaceAll(/\s+/g, " "),
        new RegExp(` ${flows} `),
      );
    }
  });

  await step("a flow is found, and where its packets go", async () => {
    const { flows: [flow] } = await site.api.flows({ vip: VIP, server: SERVERS[1]!, limit: 1 });
    await goTo(page, "Flows");
    await page.getByLabel("Client or server").fill(flow!.source);
    await pressable(page, "Search").click();
    const row = page.getByRole("row").filter({ hasText: flow!.source });
    assert.match(await row.innerText(), new RegExp(SERVERS[1]!));
    await row.getByRole("link", { name: flow!.source }).click();
    await page.waitForURL(/\/flows\/trace\?/);
    assert.match(await words(), new RegExp(`${SERVERS[1]}`));
  });

  await step("a server is drained as it was told, and that is rolled back", async () => {
    await goTo(page, "VIPs");
    await page.getByRole("link", { name: VIP }).click();
    await page.getByRole("link", { name: `Drain ${SERVERS[0]}` }).click();
    const { slots, servers } = await site.api.table(VIP);
    assert.equal(toldSlots(await preview(page)), servers[0]!.slots);
    assert.equal(await carryOut(page, "Drain"), 4);
    assert.equal((await site.api.table(VIP)).servers[1]!.slots, slots);
    assert.match(await serverRow(page, SERVERS[0]!).innerText(), /draining[\s\S]+flows? left/);
    await goTo(page, "Changes");
    await page.getByRole("link", { name: "3", exact: true }).click();
    assert.equal(toldSlots(await preview(page, "Preview")), servers[0]!.slots);
    assert.equal(await carryOut(page, "Roll back to 3"), 5);
    assert.deepEqual((await site.api.table(VIP)).servers, servers);
  });

  await step("the configuration is edited as YAML", async () => {
    await page.goto(`${CONSOLE}/changes/edit`);
    const text = page.getByLabel("The configuration as YAML");
    await text.fill((await text.inputValue()).replace("timeout: 40", "timeout: soon"));
    await pressable(page, "Apply").click();
    assert.match(await page.getByRole("alert").innerText(), /Line \d+: conf\.timeout/);
    await text.fill((await text.inputValue()).replace("timeout: soon", "timeout: 50"));
    assert.match(await preview(page, "Preview"), /conf\.timeout changes/);
    assert.equal(await carryOut(page, "Apply"), 6);
    assert.equal((await site.api.config()).config.conf.timeout, 50);
  });

  await step("every page is there, and out again", async () => {
    for (const path of ["/", "/servers", "/interfaces", "/settings", "/changes/audit"]) {
      assert.equal((await page.goto(CONSOLE + path))?.status(), 200, path);
      await assertFits(page);
    }
    await page.getByRole("button", { name: "Log out" }).click();
    await page.waitForURL(`${CONSOLE}/login`);
    await page.goto(CONSOLE + VIP_PATH);
    assert.equal(new URL(page.url()).pathname, "/login");
    assert.deepEqual(await site.drops(), {});
  });
});
