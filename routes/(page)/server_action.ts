/**
 * What can be done with one server of a VIP, and how a form asks for it.
 *
 * @module
 */
import type { Applied, ApplyOptions } from "../../lib/change.ts";
import type { Client } from "../../lib/client.ts";
import { type Problem, RefusedError } from "../../lib/refused.ts";
import { flagOf, numberOf } from "./values.ts";
import { serversOf } from "./vip_values.ts";

/** In a page's address as `do`, with `server`. */
export const SERVER_ACTIONS = ["add", "drain", "resume", "flush", "remove"] as const;
export type ServerAction = (typeof SERVER_ACTIONS)[number];

/** What a page's address or a form asks for; null: nothing. */
export function serverActionOf(
  given: URLSearchParams,
): { action: ServerAction; server: string } | null {
  const action = SERVER_ACTIONS.find((one) => one === given.get("do"));
  return action === undefined ? null : { action, server: given.get("server") ?? "" };
}

/** Carries it out, or says what it would do. @throws {RefusedError} with paths that are fields of the form */
export async function actOnServer(
  client: Client,
  vip: string,
  action: ServerAction,
  form: URLSearchParams,
  options: ApplyOptions,
): Promise<Applied> {
  const server = form.get("server") ?? "";
  switch (action) {
    case "add":
      return await addServers(client, vip, form, options);
    case "drain":
      return await client.setWeight(vip, server, 0, options);
    case "resume":
      return await client.setWeight(vip, server, numberOf(form, "weight"), options);
    case "flush":
      return await client.flushServer(vip, server, options);
    case "remove": {
      const flush = flagOf(form, "flush") ? { flush: true } : {};
      return await client.removeServer(vip, server, { ...options, ...flush });
    }
  }
}

async function addServers(
  client: Client,
  vip: string,
  form: URLSearchParams,
  options: ApplyOptions,
): Promise<Applied> {
  const servers = serversOf(form.get("servers") ?? "");
  if (servers.length === 0) {
    throw new RefusedError(400, [{ path: "servers", message: "write an address" }]);
  }
  try {
    return await client.addServers(vip, servers, options);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new RefusedError(error.status, error.problems.map((one) => atField(one, servers)));
  }
}

/** `[1].weight` is about the field, in the line of that server. */
function atField({ path, message }: Problem, servers: Record<string, unknown>[]): Problem {
  const [, place, field] = /^(?:\[(\d+)\]\.?)?(address|weight)?$/.exec(path) ?? [];
  if (place === undefined && field === undefined) return { path, message };
  const { address } = servers[Number(place ?? 0)] ?? {};
  return { path: "servers", message: `${address}: ${field ?? "server"}: ${message}` };
}
