/** The console at 390 pixels, by touch: who looks after a load balancer from a phone. */
import assert from "node:assert/strict";
import { assertFits, live } from "../routes/browser.ts";
import { until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import { ADDRESSES, CONSOLE, consoleTest, PLACE, VIP, VIP_PATH } from "./lab_console.ts";
import { carryOut, goTo, logIn, makeVip, preview, serverRow, typeServers } from "./lab_operator.ts";
import { assertAllPages } from "./lab_pages.ts";

const SERVERS = ADDRESSES.slice(0, 3);
const CONNECTIONS = 20;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };

consoleTest("all of it can be done at 390 pixels", { vips: [] }, async (desk, step) => {
  const { site } = desk;
  const secret = await desk.token("ann");
  const page = await desk.window({ ...PHONE, colorScheme: "dark" });

  await step("a VIP and its servers are made", async () => {
    await logIn(page, secret);
    await makeVip(page);
    await assertFits(page);
    await typeServers(page, SERVERS);
    await preview(page, "Preview");
    await assertFits(page);
    assert.equal(await carryOut(page, "Add"), 3);
    await page.getByText("3 of 3 up").waitFor();
  });

  await step("traffic is seen, and a server drained", async () => {
    const connections = new Connections(site, CONNECTIONS, PLACE);
    await connections.allOpen();
    await page.goto(CONSOLE + VIP_PATH);
    await live(page);
    const row = serverRow(page, SERVERS[0]!);
    await page.getByRole("link", { name: `Drain ${SERVERS[0]}` }).tap();
    assert.match(await preview(page), /slots move/);
    await assertFits(page);
    assert.equal(await carryOut(page, "Drain"), 4);
    await row.getByText(`${connections.open.s1} flow`).waitFor();
    assert.equal((await site.api.vip(VIP)).servers[0]!.state, "draining");
  });

  await step("what was done is looked at and rolled back", async () => {
    await goTo(page, "Changes");
    await page.getByRole("link", { name: "3", exact: true }).tap();
    await preview(page, "Preview");
    await assertFits(page);
    assert.equal(await carryOut(page, "Roll back to 3"), 5);
    await until(
      "the drained server",
      20,
      async () => (await site.api.vip(VIP)).servers[0]!.slots > 0,
    );
  });

  await step("every page fits and is fit for everybody", () => assertAllPages(page, secret));
  assert.deepEqual(desk.complaints, []);
});
