import { join } from "node:path";
import type { Controller } from "../../lib/controller/interface.ts";
import type { Api } from "../../lib/http.ts";

const TYPES = {
  "style.css": "text/css; charset=utf-8",
  "docs.css": "text/css; charset=utf-8",
  "format.js": "text/javascript; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
} as const;

/** `/static/…`: the files of this folder that browsers need, and no others. */
export function route(api: Api, _controller: Controller): void {
  for (const [name, type] of Object.entries(TYPES)) {
    api.get(`/static/${name}`, async (c) => {
      const bytes = await Deno.readFile(join(import.meta.dirname ?? "", name));
      return c.body(bytes, 200, { "content-type": type, ...COMMON });
    });
  }
}

const COMMON = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };
