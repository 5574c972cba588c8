/** The way from the login to servers that serve, without a mouse. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { live } from "../routes/browser.ts";
import { Connections } from "./lab_connections.ts";
import { ADDRESSES, CONSOLE, consoleTest, PLACE, VIP, VIP_PATH } from "./lab_console.ts";
import { choose, press, tabTo, typeInto } from "./lab_keyboard.ts";
import { preview } from "./lab_operator.ts";

const SERVERS = ADDRESSES.slice(0, 2);
const CONNECTIONS = 10;

/** `g` and a letter, as the page with the keys tells. */
async function jump(page: Page, key: string, path: string): Promise<void> {
  await page.keyboard.press("g");
  await page.keyboard.press(key);
  await page.waitForURL(CONSOLE + path);
  await live(page);
}

async function isDone(page: Page, revision: number): Promise<void> {
  await page.getByText(`Done: revision ${revision} runs.`).waitFor();
  await live(page);
}

/** Whether it can be read without scrolling. */
async function assertSeen(page: Page, text: string): Promise<void> {
  const box = await page.getByText(text).first().boundingBox();
  const { height } = page.viewportSize()!;
  assert.ok(box !== null && box.y >= 0 && box.y < height, `${text} is outside: ${box?.y}`);
}

consoleTest(
  "servers are put into service and out of it by keyboard alone",
  { vips: [] },
  async (desk, step) => {
    const { site } = desk;
    const secret = await desk.token("ann");
    const page = await desk.window({ viewport: { width: 1440, height: 900 } });

    await step("the token is typed at once", async () => {
      await page.goto(`${CONSOLE}/`);
      // The browser gives the focus with the first picture, before which nobody types.
      await page.waitForFunction(() => document.activeElement?.id === "token");
      await page.keyboard.type(secret);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${CONSOLE}/`);
      await live(page);
    });

    await step("keys are told", async () => {
      await page.keyboard.press("?");
      const keys = page.getByRole("dialog", { name: "Keys" });
      assert.match(await keys.innerText(), /g\s*v\s+VIPs/);
      await page.keyboard.press("Escape");
      await keys.waitFor({ state: "hidden" });
    });

    await step("a VIP is typed, looked at, and made", async () => {
      await jump(page, "v", "/vips");
      await press(page, "link", "New VIP");
      await page.waitForURL(`${CONSOLE}/vips/new`);
      await typeInto(page, "Prefix", "90.0.0.1/32");
      await choose(page, "Protocol", "tcp");
      await typeInto(page, "Port", "80");
      await choose(page, "Encap", "nat4");
      await typeInto(page, "Servers' port", "8080");
      await page.keyboard.press("Enter");
      assert.match(await preview(page), /VIP 90\.0\.0\.1\/32 tcp\/80 is added/);
      await assertSeen(page, "nothing changed yet");
      assert.equal((await site.api.status()).revision, 1, "Enter only looks");
      const stops = await tabTo(page, "button", "Add the VIP");
      assert.ok(stops <= 5, `${stops} stops from the preview to its button`);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${CONSOLE}${VIP_PATH}?done=2`);
      await isDone(page, 2);
    });

    await step("servers are typed, and serve", async () => {
      await tabTo(page, "textbox", "Servers");
      await page.keyboard.type(SERVERS.join("\n"));
      await press(page, "button", "Add");
      await isDone(page, 3);
      await page.getByText("2 of 2 up").waitFor();
      const connections = new Connections(site, CONNECTIONS, PLACE);
      await connections.allOpen();
      assert.equal((await site.api.vip(VIP)).flows, CONNECTIONS);
    });

    await step("the VIP is found, opened from its row, and a server drained", async () => {
      await jump(page, "v", "/vips");
      await page.keyboard.press("/");
      await page.keyboard.type("90.0");
      await page.keyboard.press("Enter");
      await page.waitForURL(/search=90/);
      await live(page);
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(CONSOLE + VIP_PATH);
      await live(page);
      await press(page, "link", `Drain ${SERVERS[1]}`);
      assert.match(await preview(page), /slots move/);
      await assertSeen(page, `Drain ${SERVERS[1]}`);
      await press(page, "button", "Drain");
      await isDone(page, 4);
      assert.equal((await site.api.vip(VIP)).servers[1]!.state, "draining");
    });

    await step("a weight is typed in its row, and looked at before", async () => {
      await typeInto(page, `Weight of ${SERVERS[1]}`, "50");
      await page.keyboard.press("Enter");
      assert.match(await preview(page), /10\.0\.0\.12 gets weight 50 after 0/);
      await press(page, "button", "Apply");
      await isDone(page, 5);
      assert.equal((await site.api.vip(VIP)).servers[1]!.weight, 50);
    });

    await step("out again", async () => {
      await press(page, "button", "Log out");
      await page.waitForURL(`${CONSOLE}/login`);
      assert.deepEqual(desk.complaints, []);
    });
  },
);
