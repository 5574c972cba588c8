import {
  answer,
  type Api,
  CHANGE_ERRORS,
  createRoute,
  HttpError,
  PLACE_ERROR,
  READ_ERRORS,
  z,
} from "../../../lib/http.ts";
import { issueMessage } from "../../../lib/config/problems.ts";
import type { UpgradeDesk } from "../../../lib/upgrade/desk.ts";
import { UPGRADE_STATES, UPGRADE_STEPS } from "../../../lib/upgrade/view.ts";

const programSchema = z.object({
  version: z.string(),
  executable: z.string().nullable().openapi({ description: "Null: it runs from source" }),
});

const upgradeSchema = z.object({
  id: z.string().openapi({ description: "The Idempotency-Key that it was asked for with" }),
  file: z.string(),
  state: z.enum(UPGRADE_STATES),
  from: programSchema,
  to: z.string().nullable().openapi({ description: "The new version; null: not known yet" }),
  steps: z.array(z.object({ step: z.enum(UPGRADE_STEPS), at: z.string(), text: z.string() })),
  reason: z.string().nullable().openapi({ description: "Why it failed" }),
  interruption_ms: z.number().nullable().openapi({
    description: "How long nothing was forwarded",
  }),
  installed: z.string().nullable().openapi({
    description: "What the first of all these programs was started as; null: from source",
  }),
}).openapi("Upgrade");

const body = z.strictObject({
  file: z.string({ error: issueMessage }).openapi({ description: "Absolute path" }),
}, { error: issueMessage }).openapi("NewUpgrade", {
  examples: [{ file: "/usr/local/lib/guideway-1.1" }],
});

const read = createRoute({
  method: "get",
  path: "/api/v1/upgrade",
  tags: ["What runs"],
  summary: "The last upgrade of the running program",
  description: "Also where the program came by it. While one hands over, nobody answers here",
  responses: {
    200: answer(z.object({ upgrade: upgradeSchema.nullable() }), "Null: there was none"),
  },
});

const begin = createRoute({
  method: "post",
  path: "/api/v1/upgrade",
  tags: ["What runs"],
  summary: "Replace the running program by another executable",
  description:
    "Over the unix socket alone. The file is checked before this answers; all else is told " +
    "by GET, of the new program or of the old one, which goes on when the new one is not ready in 10 s",
  request: { body: { content: { "application/json": { schema: body } }, required: true } },
  responses: {
    200: answer(z.object({ upgrade: upgradeSchema }), "It goes on"),
    400: READ_ERRORS[400],
    409: CHANGE_ERRORS[409],
    ...PLACE_ERROR,
  },
});

/** `/api/v1/upgrade`: another executable takes this one's place. */
export function route(api: Api, upgrades: UpgradeDesk): void {
  api.openapi(read, (c) => c.json({ upgrade: upgrades.last }, 200));
  api.openapi(begin, async (c) => {
    const { file } = c.req.valid("json");
    const { note, caller, unix } = c.env;
    note.what = `upgrade to ${file}`;
    if (!unix) throw new HttpError(403, "upgrades are asked for over the unix socket alone");
    const id = c.req.header("idempotency-key") ?? crypto.randomUUID();
    return c.json({ upgrade: await upgrades.begin(file, id, caller) }, 200);
  });
}
