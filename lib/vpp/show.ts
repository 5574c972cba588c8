/**
 * `show …`: asks the running program and prints as the plugin does, where that is right.
 *
 * @module
 */
import type { Client } from "../client.ts";
import type { Shown } from "./command.ts";
import { counterRows, formatCounters } from "./show/counters.ts";
import { formatMain, type MainView } from "./show/main.ts";
import { formatVerbose } from "./show/vip_verbose.ts";
import { formatVips } from "./show/vips.ts";

/** What is shown: as text, and as the value behind it. */
export interface View {
  text: string;
  value: unknown;
}

/** What it needs of a client of the running program. */
export type Watched = Pick<Client, "config" | "status" | "vips" | "counters" | "catalog">;

/** Asks and formats. @throws {NotAnsweringError} */
export async function show(client: Watched, what: Shown): Promise<View> {
  if (what === "lb") return await showMain(client);
  if (what === "counters") return await showCounters(client);
  const { vips } = await client.vips();
  const text = what === "vips" ? formatVips(vips) : formatVerbose(vips);
  return { text, value: vips };
}

async function showMain(client: Watched): Promise<View> {
  const [{ config }, status] = await Promise.all([client.config(), client.status()]);
  const { vips, servers, tables } = status;
  const view: MainView = { conf: config.conf, vips, servers, tables };
  return { text: formatMain(view), value: view };
}

async function showCounters(client: Watched): Promise<View> {
  const [{ total }, { verdicts }] = await Promise.all([client.counters(), client.catalog()]);
  const rows = counterRows(total, verdicts);
  return { text: formatCounters(rows), value: rows };
}
