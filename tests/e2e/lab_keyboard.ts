/**
 * Somebody who has a keyboard alone: goes by Tab, and sees where.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";

/** No way on a page is longer. */
const STOPS_MOST = 120;

type Role = Parameters<Page["getByRole"]>[0];

/** Presses Tab until what has the name has the focus. @returns How often */
export async function tabTo(page: Page, role: Role, name: string | RegExp): Promise<number> {
  const wanted = page.getByRole(role, { name, exact: true });
  for (let stops = 0; stops < STOPS_MOST; stops++) {
    if (await hasFocus(wanted)) return stops;
    await page.keyboard.press("Tab");
    await assertFocusSeen(page);
  }
  throw new Error(`Tab never comes to the ${role} ${name} of ${page.url()}`);
}

/** Types into a field that Tab comes to, in place of what stands there. */
export async function typeInto(page: Page, name: string | RegExp, text: string): Promise<void> {
  await tabTo(page, "textbox", name);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Chooses by the first letters of an option. */
export async function choose(page: Page, name: string | RegExp, option: string): Promise<void> {
  await tabTo(page, "combobox", name);
  await page.keyboard.type(option);
  assert.equal(await page.getByRole("combobox", { name, exact: true }).inputValue(), option);
}

/** Goes to it and presses Enter. */
export async function press(page: Page, role: "link" | "button", name: string): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press("Enter");
}

async function hasFocus(wanted: Locator): Promise<boolean> {
  return await wanted.evaluateAll((all) => all.some((one) => one === document.activeElement));
}

/** Whoever goes there by keyboard sees where that is. */
async function assertFocusSeen(page: Page): Promise<void> {
  const place = await page.evaluate(() => {
    const active = document.activeElement;
    // Behind the last stop the browser's own controls come.
    if (active === null || active === document.body) return null;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(active);
    const { top, bottom, width, height } = active.getBoundingClientRect();
    return {
      html: active.outerHTML.slice(0, 200),
      marked: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none",
      within: width > 0 && height > 0 && bottom > 0 && top < innerHeight,
    };
  });
  if (place === null) return;
  assert.ok(place.marked, `nothing marks the focus at ${place.html}`);
  assert.ok(place.within, `the focus is outside the window at ${place.html}`);
}
