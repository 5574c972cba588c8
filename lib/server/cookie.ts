/**
 * Cookies: those that came, and one that is set.
 *
 * @module
 */

/** The value of a cookie that came with a request, or null. */
export function readCookie(headers: Headers, name: string): string | null {
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** How long a cookie lives, and who sends it along. */
export interface CookieOptions {
  /** Seconds; until the browser closes unless given. */
  maxAge?: number;
  /** Sent over TLS only. */
  secure: boolean;
}

/** A `Set-Cookie` header's value. No script sees the cookie, and no page of others sends it along. */
export function formatCookie(name: string, value: string, options: CookieOptions): string {
  const { maxAge, secure } = options;
  return [
    `${name}=${value}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    ...maxAge === undefined ? [] : [`Max-Age=${maxAge}`],
    ...secure ? ["Secure"] : [],
  ].join("; ");
}
