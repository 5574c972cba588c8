import type { Api } from "../../lib/http.ts";
import { assets } from "./assets.ts";

const HEADERS = {
  // The name tells the content.
  "cache-control": "public, max-age=31536000, immutable",
  "x-content-type-options": "nosniff",
};

/** `/static/…`: what browsers fetch besides pages, and nothing else. */
export function route(api: Api): void {
  for (const [address, { type, bytes }] of assets().files) {
    api.get(address, (c) => c.body(bytes, 200, { "content-type": type, ...HEADERS }));
  }
}
