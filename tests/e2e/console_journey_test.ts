/** What an operator does in a browser from nothing on, and whether it comes as the console told, under real traffic. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { live } from "../routes/browser.ts";
import { until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import { ADDRESSES, CONSOLE, consoleTest, PLACE, VIP, VIP_PATH } from "./lab_console.ts";
import { INTERFACES, server } from "./lab_links.ts";
import { flows, holders, movedFlows, movedSlots } from "./lab_moves.ts";
import {
  carryOut,
  goTo,
  logIn,
  makeVip,
  pressable,
  preview,
  serverRow,
  told,
  toldSlots,
  typeServers,
} from "./lab_operator.ts";
import { assertAllPages } from "./lab_pages.ts";

const SERVERS = ADDRESSES.slice(0, 3);
/** The one that is taken out of service. */
const OUT = server(2);
/** That none of so many leads to one server of three is one chance in 190,000. */
const CONNECTIONS = 30;
const TIMEOUT_S = 12;

/** A number that moves, beside its name. */
async function figure(page: Page, name: string): Promise<string> {
  const names = await page.getByRole("term").allInnerTexts();
  const at = names.findIndex((text) => text.trim() === name);
  assert.ok(at >= 0, `${name} of ${names}`);
  return await page.getByRole("definition").nth(at).innerText();
}

/** YAML's own words suffice: JSON is YAML. */
function withInterfaces(text: string): string {
  return text.replace(/^interfaces: .*$/m, `interfaces: ${JSON.stringify(INTERFACES)}`);
}

consoleTest(
  "an operator builds a load balancer in a browser, and looks after it under traffic",
  { interfaces: {}, vips: [] },
  async (desk, step) => {
    const { site } = desk;
    const secret = await desk.token("ann");
    const page = await desk.window({ viewport: { width: 1440, height: 900 } });
    let connections: Connections[] = [];
    let beforeDrain = { revision: 0, slots: [] as string[] };

    await step("nobody comes in without a token", async () => {
      await page.goto(`${CONSOLE}/vips`);
      await page.getByLabel("Token").fill("gw_wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").getByText("not known").waitFor();
      desk.complaints.splice(0);
      await logIn(page, secret, "/vips");
      await live(page);
    });

    await step("interfaces are written as YAML, looked at, and opened", async () => {
      await page.goto(`${CONSOLE}/changes/edit`);
      await live(page);
      const text = page.getByLabel("The configuration as YAML");
      await text.fill(withInterfaces(await text.inputValue()));
      await page.getByText("can be applied").waitFor();
      assert.match(await preview(page, "Preview"), /Interface client is added/);
      assert.equal(await carryOut(page, "Apply"), 2);
      await goTo(page, "Interfaces");
      await page.getByText("af_packet:eth2").first().waitFor();
    });

    await step("flows are to be remembered for a short time", async () => {
      await goTo(page, "Settings");
      await page.getByLabel(/^Timeout|timeout/).first().fill(String(TIMEOUT_S));
      assert.match(await preview(page, "Preview"), /conf\.timeout changes/);
      assert.equal(await carryOut(page, "Apply"), 3);
    });

    await step("a VIP is made, and servers are added as it was told", async () => {
      assert.equal(await makeVip(page), 4);
      await typeServers(page, SERVERS);
      const slots = toldSlots(await preview(page, "Preview"));
      assert.deepEqual(await holders(site), []);
      assert.equal(await carryOut(page, "Add"), 5);
      const after = await holders(site);
      assert.equal(slots, after.length);
      assert.deepEqual([...new Set(after)].sort(), SERVERS);
      await page.getByText("3 of 3 up").waitFor();
    });

    await step("traffic comes, and the numbers move by themselves", async () => {
      await live(page);
      connections = [0, 1].map(() => new Connections(site, CONNECTIONS, PLACE));
      await Promise.all(connections.map((one) => one.allOpen()));
      await until("flows on the page", 30, async () => {
        const shown = Number(await figure(page, "flows"));
        return shown === 2 * CONNECTIONS && shown === (await site.api.vip(VIP)).flows;
      });
      await until(
        "packets on the page",
        30,
        async () => Number.parseFloat(await figure(page, "packets/s")) > 0,
      );
      for (const address of SERVERS) {
        const { flows } = await site.api.flows({ vip: VIP, server: address, limit: 1000 });
        const row = await serverRow(page, address).innerText();
        assert.match(row.replaceAll(/\s+/g, " "), new RegExp(` ${flows.length} `), row);
      }
      await goTo(page, "Overview");
      await live(page);
      await page.getByText(VIP).first().waitFor();
    });

    await step("a drain moves the slots that were told, and no flow", async () => {
      await page.getByRole("link", { name: VIP }).first().click();
      await page.waitForURL(CONSOLE + VIP_PATH);
      beforeDrain = { revision: (await site.api.status()).revision, slots: await holders(site) };
      await page.getByRole("link", { name: `Drain ${OUT.ip4}` }).click();
      const text = await preview(page);
      assert.match(text, /No established flow is affected/);
      const before = await flows(site);
      assert.equal(before.size, 2 * CONNECTIONS);
      assert.deepEqual(await holders(site), beforeDrain.slots, "a preview changes nothing");
      await carryOut(page, "Drain");
      assert.equal(movedSlots(beforeDrain.slots, await holders(site)), toldSlots(text));
      assert.equal(movedFlows(before, await flows(site)), 0);
      assert.deepEqual(connections.flatMap(({ ends }) => ends), []);
    });

    await step("flows that are left count down, and new ones go elsewhere", async () => {
      await live(page);
      const [staying, going] = connections as [Connections, Connections];
      const row = serverRow(page, OUT.ip4);
      const all = staying.open[OUT.name]! + going.open[OUT.name]!;
      await row.getByText(`${all} flows left`).waitFor();
      await going.stop();
      const left = staying.open[OUT.name]!;
      const words = `${left} ${left === 1 ? "flow" : "flows"} left`;
      await row.getByText(words).waitFor({ timeout: 60_000 });
      const fresh = new Connections(site, CONNECTIONS, PLACE);
      await fresh.allOpen();
      assert.equal(fresh.open[OUT.name], undefined);
      await until(
        "flows without those that ended",
        60,
        async () => (await site.api.vip(VIP)).flows === 2 * CONNECTIONS,
      );
      connections = [staying, fresh];
    });

    await step("a flush moves as many flows as were told", async () => {
      await page.getByRole("link", { name: `Flush ${OUT.ip4}` }).click();
      const text = await preview(page);
      const before = await flows(site);
      const ended = [...before.values()].filter(({ server }) => server === OUT.ip4).length;
      assert.equal(told(text, / of [\d\s]+ established flows are affected/), ended);
      assert.equal(told(text, / established flows are affected/), before.size);
      await pressable(page, "Flush").click();
      await page.getByText(`Done: ${ended} flow`).waitFor();
      await until(
        "flows that are with others",
        30,
        async () => movedFlows(before, await flows(site)) === ended,
      );
      const ends = () => connections.flatMap(({ ends }) => ends.map(({ server }) => server));
      await until("clients that notice", 30, () => Promise.resolve(ends().length >= ended));
      await Promise.all(connections.map((one) => one.allOpen()));
      assert.deepEqual(ends(), Array(ended).fill(OUT.name));
    });

    await step("what was drained is rolled back, as it was told", async () => {
      const { revision, slots } = beforeDrain;
      await goTo(page, "Changes");
      await page.getByRole("link", { name: String(revision), exact: true }).click();
      const text = await preview(page, "Preview");
      assert.match(text, /No established flow is affected/);
      const [before, now] = [await flows(site), await holders(site)];
      assert.equal(movedSlots(now, slots), toldSlots(text));
      await carryOut(page, `Roll back to ${revision}`);
      assert.deepEqual(await holders(site), slots);
      assert.equal(movedFlows(before, await flows(site)), 0);
      const { config } = await site.api.revision(revision);
      assert.deepEqual((await site.api.config()).config, config);
    });

    await step("every page fits and is fit for everybody", () => assertAllPages(page, secret));

    await step("nothing was lost on the way", async () => {
      assert.deepEqual(await site.drops(), {});
      assert.equal(await site.total("untracked_packet"), 0);
      assert.deepEqual(desk.complaints, []);
    });
  },
);
