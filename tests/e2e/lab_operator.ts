/**
 * What an operator does at the console again and again, with the words that stand there: with and without JavaScript,
 * on any screen.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { CONSOLE, VIP_PATH } from "./lab_console.ts";

/** Some pages want a token first. */
export async function logIn(page: Page, secret: string, path = "/"): Promise<void> {
  await page.goto(CONSOLE + path);
  await page.getByLabel("Token").fill(secret);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(CONSOLE + path);
}

/** By the navigation. */
export async function goTo(page: Page, label: string): Promise<void> {
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: label }).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Presses a button that carries something out. @returns The revision that runs then */
export async function carryOut(page: Page, button: string | Locator): Promise<number> {
  await (typeof button === "string" ? pressable(page, button) : button).click();
  const words = await page.getByText(/^Done: revision \d+ runs\.$/).innerText();
  const [, revision] = /revision (\d+)/.exec(words) ?? [];
  return Number(revision);
}

/** A button of the page itself. */
export function pressable(page: Page, name: string): Locator {
  return page.getByRole("main").getByRole("button", { name, exact: true });
}

/** What a change would do, as its preview tells it. */
export async function preview(page: Page, button?: string): Promise<string> {
  if (button !== undefined) await pressable(page, button).click();
  return await page.getByRole("status", { name: "Preview" }).innerText();
}

/** The first number in front of the words: `341` of `341 of 1 024 slots move`. */
export function told(text: string, words: RegExp): number {
  const [, number] = new RegExp(`(\\d[\\d\\s]*)${words.source}`).exec(text) ?? [];
  assert.ok(number, `${words} in ${text}`);
  return Number(number.replaceAll(/\s/g, ""));
}

/** Slots that move by a preview. */
export function toldSlots(text: string): number {
  return told(text, / of [\d\s]+ slots move/);
}

/** Makes the VIP of all tests of the console. */
export async function makeVip(page: Page): Promise<number> {
  await goTo(page, "VIPs");
  await page.getByRole("link", { name: "New VIP" }).first().click();
  await page.getByLabel("Prefix").fill("90.0.0.1/32");
  await page.getByLabel("Protocol").selectOption("tcp");
  await page.getByLabel("Port", { exact: true }).fill("80");
  await page.getByLabel("Encap").selectOption("nat4");
  await page.getByLabel("Servers' port").fill("8080");
  const revision = await carryOut(page, "Add the VIP");
  assert.equal(new URL(page.url()).pathname, VIP_PATH);
  return revision;
}

/** Types them where new servers go, on the VIP's page. */
export async function typeServers(page: Page, addresses: readonly string[]): Promise<void> {
  const field = page.getByRole("textbox", { name: "Servers", exact: true });
  if (await field.count() === 0) await page.getByRole("link", { name: "Add servers" }).click();
  await field.fill(addresses.join("\n"));
}

/** A server's row on a VIP's page. */
export function serverRow(page: Page, address: string): Locator {
  return page.getByRole("row").filter({
    has: page.getByRole("link", { name: new RegExp(`(Drain|Resume|Flush) ${address}$`) }),
  });
}
