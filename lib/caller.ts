/**
 * Who asks.
 *
 * @module
 */

/** What a caller may do, from least to most: look, look after what runs, everything. */
export const SCOPES = ["read", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** By which way somebody asks; an empty text: not known. */
export const VIAS = ["console", "rest", "cli", "file", ""] as const;
export type Via = (typeof VIAS)[number];

/** Who asks for something. */
export interface Caller {
  /** The name of a token; `loopback` and `unix socket` where none is needed. */
  who: string;
  /** `none`: nobody is known, and nothing is told. */
  scope: Scope | "none";
  /** From where: an address, or the path of the unix socket. */
  origin: string;
  /** Where it is known already: pages ask REST, and it is the console all the same. */
  via?: Via;
}

/** What the program does by itself. */
export const PROGRAM: Caller = { who: "guideway", scope: "admin", origin: "" };

/** Whether a scope holds what another one may. */
export function may(scope: Caller["scope"], needed: Scope): boolean {
  return scope !== "none" && SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}
