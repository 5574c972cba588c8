/**
 * A real browser for tests, and all that a page complains about in it.
 *
 * @module
 */
import assert from "node:assert/strict";
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from "playwright-core";

export const CHROMIUM = "/usr/bin/chromium";

/** Whether there is none here. */
export const ignore = await Deno.stat(CHROMIUM).then(() => false, () => true);

/** The sizes that every page must be good at. */
export const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

/** To be closed. */
export function launch({ args = [], ...options }: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", ...args],
    ...options,
  });
}

/** A tab, in a browser window of its own, and all that it complained about. */
export async function openPage(
  browser: Browser,
  site: { url: string },
  options: BrowserContextOptions = {},
  path = "/",
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() !== "log") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(site.url + path);
  return { page, complaints };
}

/** Waits until numbers move. */
export async function live(page: Page): Promise<void> {
  await page.waitForSelector('#live[data-state="live"]');
}

/** Nothing may stick out to the side. */
export async function assertFits(page: Page): Promise<void> {
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.equal(widths[0], widths[1], "nothing sticks out to the side");
}
