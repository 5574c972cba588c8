/** Two who edit at once, each in a browser of their own, while traffic goes on. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { live } from "../routes/browser.ts";
import { Connections } from "./lab_connections.ts";
import { ADDRESSES, CONSOLE, consoleTest, PLACE, VIP, VIP_PATH, vipOf } from "./lab_console.ts";
import { carryOut, goTo, logIn, pressable, typeServers } from "./lab_operator.ts";
import type { Site } from "./lab_site.ts";

const [FIRST, SECOND, THIRD, FOURTH] = ADDRESSES as [string, string, string, string];
const CONNECTIONS = 30;

const weight = (page: Page, address: string) => page.getByLabel(`Weight of ${address}`);

async function running({ api }: Site) {
  const { config } = await api.config();
  const vip = config.vips.find(({ port }) => port === 80)!;
  const weights = Object.fromEntries(vip.servers.map(({ address, weight }) => [address, weight]));
  return { config, vip, weights };
}

function conflictOf(page: Page) {
  return page.getByRole("alert").filter({ hasText: "The configuration changed meanwhile" });
}

/** Presses a button that is to be too late; what is told of the other's change. */
async function comeTooLate(page: Page, button: string): Promise<string> {
  await pressable(page, button).click();
  return await conflictOf(page).innerText();
}

/** Whether a conflict is what it came to. */
async function cameTooLate(page: Page, button: string): Promise<boolean> {
  await pressable(page, button).click();
  await conflictOf(page).or(page.getByText(/^Done: revision/)).waitFor();
  return await conflictOf(page).count() > 0;
}

/** Both at the VIP's page. */
async function meet(...pages: Page[]): Promise<void> {
  await Promise.all(pages.map(async (page) => {
    await page.goto(CONSOLE + VIP_PATH);
    await live(page);
  }));
}

consoleTest(
  "of two who edit at once one is told, and nothing of either is lost",
  { vips: [vipOf([FIRST, SECOND, THIRD])] },
  async (desk, step) => {
    const { site } = desk;
    const visit = async (name: string) => {
      const page = await desk.window();
      await logIn(page, await desk.token(name), VIP_PATH);
      return page;
    };
    const [ann, bob] = await Promise.all([visit("ann"), visit("bob")]);
    const connections = new Connections(site, CONNECTIONS, PLACE);
    await connections.allOpen();

    await step("of two buttons that are pressed at the same time one counts", async () => {
      await meet(ann, bob);
      await weight(ann, FIRST).fill("30");
      await weight(bob, SECOND).fill("60");
      const late = await Promise.all([ann, bob].map((page) => cameTooLate(page, "Apply")));
      assert.deepEqual([...late].sort(), [false, true]);
      assert.equal((await site.api.status()).revision, 2);
      const [loser, typed, followed] = late[0]
        ? [ann, { [FIRST]: "30" }, { [SECOND]: "60" }]
        : [bob, { [SECOND]: "60" }, { [FIRST]: "30" }];
      for (const [address, value] of Object.entries({ ...typed, ...followed })) {
        assert.equal(await weight(loser, address).inputValue(), value);
      }
      const [other, value] = Object.entries(followed)[0]!;
      const words = (await conflictOf(loser).innerText()).replaceAll(/\s+/g, " ");
      assert.match(words, new RegExp(`${other} weight 100 → ${value}`));
      assert.equal(await carryOut(loser, "Apply"), 3);
      const { weights } = await running(site);
      assert.deepEqual(weights, { [FIRST]: 30, [SECOND]: 60, [THIRD]: 100 });
    });

    await step("fields that nobody typed in take what the other wrote", async () => {
      await meet(ann, bob);
      await Promise.all([ann, bob].map((page) => page.getByRole("link", { name: "Edit" }).click()));
      await ann.getByLabel("Slots").fill("2048");
      await bob.getByLabel("Pings to it").selectOption("forward");
      await carryOut(ann, "Apply");
      assert.match(await comeTooLate(bob, "Apply"), /new_len\s+1024 → 2048/);
      assert.equal(await bob.getByLabel("Slots").inputValue(), "2048");
      assert.equal(await bob.getByLabel("Pings to it").inputValue(), "forward");
      await carryOut(bob, "Apply");
      const { vip } = await running(site);
      assert.deepEqual([vip.new_len, vip.icmp_echo], [2048, "forward"]);
    });

    await step("a server is added although another one was removed meanwhile", async () => {
      await meet(ann, bob);
      await typeServers(bob, [FOURTH]);
      await ann.getByRole("link", { name: `Remove ${THIRD}` }).click();
      await carryOut(ann, "Remove");
      assert.match(await comeTooLate(bob, "Add"), new RegExp(`${THIRD}\\s+is removed`));
      await carryOut(bob, "Add");
      assert.deepEqual(Object.keys((await running(site)).weights), [FIRST, SECOND, FOURTH]);
    });

    await step("of one field that both wrote the later one knows what it replaces", async () => {
      await meet(ann, bob);
      await weight(bob, FOURTH).fill("20");
      await weight(ann, FOURTH).fill("10");
      await carryOut(ann, pressable(ann, "Apply"));
      assert.match(await comeTooLate(bob, "Apply"), /weight\s+100 → 10/);
      assert.equal(await weight(bob, FOURTH).inputValue(), "20");
      await carryOut(bob, pressable(bob, "Apply"));
      assert.equal((await running(site)).weights[FOURTH], 20);
    });

    await step(
      "a whole configuration is written, and the other's setting stays in it",
      async () => {
        await goTo(ann, "Settings");
        await bob.goto(`${CONSOLE}/changes/edit`);
        await live(bob);
        const text = bob.getByLabel("The configuration as YAML");
        const mine = "  - prefix: 91.0.0.0/8\n";
        await text.fill((await text.inputValue()).replace("vips:\n", `vips:\n${mine}`));
        await ann.getByLabel("timeout").fill("33");
        const revision = await carryOut(ann, "Apply");
        await bob.getByText(`revision ${revision}`).first().waitFor();
        assert.match(await comeTooLate(bob, "Apply"), /conf\.timeout\s+40 → 33/);
        await pressable(bob, "Take them into my text").click();
        await bob.getByText(`up to revision ${revision}`).waitFor();
        assert.match(await text.inputValue(), /prefix: 91\.0\.0\.0\/8[\s\S]*/);
        await carryOut(bob, "Apply");
        const { config } = await running(site);
        assert.equal(config.conf.timeout, 33);
        assert.deepEqual(config.vips.map(({ prefix }) => prefix).sort(), [
          "90.0.0.1/32",
          "91.0.0.0/8",
        ]);
      },
    );

    await step("who was too late is in the audit log; traffic noticed nothing", async () => {
      await bob.goto(`${CONSOLE}/changes/audit`);
      const refused = bob.getByRole("row").filter({ hasText: "refused" });
      assert.equal(await refused.count(), 5);
      assert.deepEqual(connections.ends, []);
      assert.deepEqual(await site.drops(), {});
      const { vip } = await running(site);
      assert.equal((await site.api.vip(VIP)).flows, CONNECTIONS, JSON.stringify(vip));
      assert.deepEqual(desk.complaints.filter((text) => !/status of 412/.test(text)), []);
    });
  },
);
