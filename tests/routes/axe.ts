/**
 * Whether a page can be used by everybody, as far as axe can tell.
 *
 * @module
 */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Fails with what is serious or critical, and where. */
export async function assertAccessible(page: Page): Promise<void> {
  // Not as a script of the page: its policy allows none but its own.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run({
      resultTypes: ["violations"],
    })
  );
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    }));
  assert.deepEqual(serious, [], page.url());
}
