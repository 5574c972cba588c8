/**
 * All pages of the console, and what each must be.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PAGES } from "../../routes/(components)/navigation.tsx";
import { assertAccessible } from "../routes/axe.ts";
import { assertFits, live } from "../routes/browser.ts";
import { ADDRESS, ADDRESSES, CONSOLE, VIP_PATH } from "./lab_console.ts";
import { logIn } from "./lab_operator.ts";

const TRACE = new URLSearchParams({ source: "203.0.113.10:4000", destination: `${ADDRESS}:80` });
const DRAIN = new URLSearchParams({ do: "drain", server: ADDRESSES[0]! });

/** Where the VIP is there, and two revisions at least. */
const PATHS = [
  ...PAGES.map(({ href }) => href),
  "/vips/new",
  "/interfaces/new",
  "/interfaces/client/edit",
  "/interfaces/client/delete",
  VIP_PATH,
  `${VIP_PATH}?do=add`,
  `${VIP_PATH}?${DRAIN}`,
  `${VIP_PATH}/edit`,
  `${VIP_PATH}/delete`,
  "/flows/trace",
  `/flows/trace?${TRACE}`,
  "/changes/1",
  "/changes/2",
  "/changes/audit",
  "/changes/edit",
];

/** Logs out and in again, and looks at each page: whether it fits, is alive, and is fit for everybody. */
export async function assertAllPages(page: Page, secret: string): Promise<void> {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(`${CONSOLE}/login`);
  await assertFits(page);
  await assertAccessible(page);
  await logIn(page, secret);
  for (const path of PATHS) {
    const response = await page.goto(CONSOLE + path);
    assert.equal(response?.status(), 200, path);
    await live(page);
    await assertFits(page);
    await assertAccessible(page);
  }
}
