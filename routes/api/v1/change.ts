/**
 * What every changing route shares: its parameters, its answer, and the way to the controller.
 *
 * @module
 */
import type { Via } from "../../../lib/caller.ts";
import type { Applied, ApplyOptions, Change } from "../../../lib/change.ts";
import type { Controller } from "../../../lib/controller/interface.ts";
import { applyNoted } from "../../../lib/server/asked.ts";
import { answer, CHANGE_ERRORS, type Context, HttpError, z } from "../../../lib/http.ts";
import { whole } from "./page.ts";

/** Bins of a table that can be told. */
export const BINS_MOST = 1024;

const vipPlanSchema = z.object({
  vip: z.string().openapi({ example: "90.0.0.0/8 tcp/80" }),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  reweighted: z.array(z.object({ address: z.string(), from: z.int(), to: z.int() })),
  changed: z.array(z.string()),
  slots_moved: z.int(),
  slots: z.int(),
  share: z.number(),
});

const share = z.number().openapi({ description: "0 to 1" });
const effectsSchema = z.object({
  flows_affected: z.int().openapi({
    description: "Established flows that go elsewhere, in another form, or nowhere; others go on",
  }),
  vips: z.array(z.object({
    vip: z.string(),
    flows: z.int(),
    flows_affected: z.int(),
    reason: z.enum(["removed", "flushed", "encap", "target_port", "src_ip_sticky"]),
  })),
  crowded: z.array(z.object({
    vip: z.string(),
    address: z.string(),
    wanted: share,
    got: share,
    times: z.number(),
  })).openapi({ description: "Servers that get more than `over` times their share" }),
});

const place = z.int().nullable();
const tableChangeSchema = z.object({
  vip: z.string(),
  slots: z.int().openapi({ description: "Of the larger one of both tables" }),
  servers: z.array(z.string()).openapi({
    description: "Those behind the VIP before, in their order, then those that come",
  }),
  bins: z.array(z.array(z.object({ from: place, to: place, slots: z.int() }))).openapi({
    description:
      "Consecutive slots, counted by whose they were and will be: places in `servers`; null: nobody's",
  }),
}).openapi("TableChange");

/** What a change did, or would do. */
const appliedSchema = z.object({
  revision: z.int(),
  dry_run: z.boolean(),
  plan: z.object({
    added: z.array(z.string()),
    removed: z.array(z.string()),
    vips: z.array(vipPlanSchema),
    interfaces_added: z.array(z.string()),
    interfaces_removed: z.array(z.string()),
    settings: z.array(z.string()).openapi({
      description: "Paths elsewhere that change",
      example: ["conf.timeout", "interfaces.net0"],
    }),
  }),
  effects: effectsSchema,
  store_problem: z.string().nullable().openapi({
    description: "Why it is not stored, although it runs: it is tried again",
  }),
  tables: z.array(tableChangeSchema).optional().openapi({
    description: "Where `bins` were asked for: of VIPs that are there afterwards, if slots move",
  }),
}).openapi("Applied");

/** A yes-or-no parameter: `?dry_run`, `?dry_run=1`, `?dry_run=true`; 0 and false are no. */
function flag(description: string) {
  return z.enum(["", "1", "true", "0", "false"], { error: "write 1 or 0" })
    .transform((text) => !["0", "false"].includes(text))
    .optional()
    .openapi({ type: "boolean", description });
}

/** Parameters of every change. */
export const changeQuery = z.object({
  dry_run: flag("Say what would change, change nothing"),
  over: z.string().regex(/^\d{1,4}(\.\d{1,6})?$/, { error: "write a number, such as 1.25" })
    .transform(Number)
    .refine((value) => value >= 1, { error: "write 1 or more" })
    .optional()
    .openapi({
      type: "number",
      minimum: 1,
      description: "Tell servers that get more than that many times their share; 1.25 unless given",
    }),
  bins: whole(1, BINS_MOST, "Tell which slots move, each table cut into so many bins"),
});

/** As they are read. */
export type ChangeQuery = z.infer<typeof changeQuery>;

/** Parameters of a removal. */
export const removeQuery = changeQuery.extend({ flush: flag("Forget the flows at once") });

/** Headers of every change. */
export const changeHeaders = z.object({
  "if-match": z.string().optional().openapi({ description: "Revision that must still run" }),
  "idempotency-key": z.string().optional().openapi({
    description: "To ask again with the same key changes nothing again, and gets the same answer",
  }),
});

/** Answers of every change. */
export const changeResponses = {
  200: answer(appliedSchema, "What changed, or would change"),
  ...CHANGE_ERRORS,
} as const;

/** A VIP's place in the address. */
export const vipParam = z.object({
  vip: z.string().openapi({ param: { name: "vip", in: "path" }, example: "90.0.0.0/8" }),
});

/** Carries a change out under the request's conditions. */
export async function applyChange(
  controller: Controller,
  c: Context,
  change: Change,
  query: ChangeQuery,
): Promise<Applied> {
  const asked = { ...c.env, caller: { ...c.env.caller, via: viaOf(c) } };
  const accepted = await applyNoted(controller, asked, change, applyOptions(c, query));
  c.header("etag", etag(accepted.revision));
  const { revision, dry_run, plan, effects, store_problem, tables } = accepted;
  return {
    revision,
    dry_run,
    plan,
    effects,
    store_problem,
    ...tables === undefined ? {} : { tables },
  };
}

/** A word for people; it gives no rights. */
function viaOf({ env, req }: Context): Via {
  const agent = req.header("user-agent") ?? "";
  return env.caller.via ?? (agent.startsWith("guideway/") ? "cli" : "rest");
}

/** Options of a change as the request has them. @throws {HttpError} 400 for a strange If-Match */
function applyOptions(
  c: Context,
  { dry_run = false, over, bins }: ChangeQuery,
): ApplyOptions {
  const text = c.req.header("if-match")?.trim();
  const options = {
    dryRun: dry_run,
    ...over === undefined ? {} : { over },
    ...bins === undefined ? {} : { bins },
  };
  if (text === undefined || text === "*") return options;
  const digits = /^(?:W\/)?"?(\d{1,15})"?$/.exec(text)?.[1];
  if (digits === undefined) throw new HttpError(400, `If-Match: not a revision: ${text}`);
  return { ...options, ifMatch: Number(digits) };
}

/** The entity tag of a revision. */
export function etag(revision: number): string {
  return `"${revision}"`;
}
