import type { Controller } from "../../../lib/controller/interface.ts";
import { issueMessage, schemaProblems } from "../../../lib/config/problems.ts";
import { jsonSchema } from "../../../lib/config/json_schema.ts";
import { answer, type Api, createRoute, described, READ_ERRORS, z } from "../../../lib/http.ts";
import { type FirstPacket, TRACE_STEPS, type TraceQuery } from "../../../lib/question.ts";
import { RefusedError } from "../../../lib/refused.ts";
import { whole } from "./page.ts";

const endpoint = z.string({ error: issueMessage }).openapi({ example: "203.0.113.7:40001" });

const packetSchema = z.object({
  interface: z.string().nullable(),
  bytes: z.string().openapi({ description: "Hex digits" }),
  fields: z.array(z.object({
    layer: z.string().openapi({ example: "inner IPv4" }),
    name: z.string().openapi({ example: "destination" }),
    offset: z.int(),
    length: z.int(),
    bits: z.object({ first: z.int(), count: z.int() }).optional().openapi({
      description: "It is only these bits of the bytes, counted from the first byte's highest",
    }),
    text: z.string(),
    changed: z.enum(["value", "field"]).optional().openapi({
      description: "In against the first out, out against in: another value, or no such field",
    }),
  })).openapi({ description: "All bits in order, each in one field" }),
}).openapi("Packet");

const traceSchema = z.object({
  verdict: z.string(),
  text: z.string().openapi({ description: "The verdict's sentence" }),
  vip: z.string().nullable(),
  hash: z.string().nullable(),
  slot: z.int().nullable(),
  server: z.string().nullable(),
  decided: z.enum(["flow", "table"]).nullable(),
  steps: z.array(z.object({ step: z.enum(TRACE_STEPS), text: z.string() })).openapi({
    description: "What decided, in packet order",
  }),
  in: packetSchema,
  out: z.array(packetSchema).openapi({ description: "The packet, an answer, or fragments" }),
}).openapi("Trace");

const responses = { 200: answer(traceSchema, "Where such a packet would go"), ...READ_ERRORS };

const PROTOCOLS = ["tcp", "udp", "icmp"] as const;
/** Any that a port takes. */
const SIZE_MAX = 16_000;
const SIZE_TEXT = "Bytes of the IP packet; as few as can be unless given";

const read = createRoute({
  method: "get",
  path: "/api/v1/trace",
  tags: ["What runs"],
  summary: "Where the first packet of a flow would go, and why",
  description: "Nothing is sent, remembered or counted",
  request: {
    query: z.object({
      source: endpoint,
      destination: endpoint,
      protocol: z.enum(PROTOCOLS, { error: "write tcp, udp or icmp" }).default("tcp"),
      size: whole(28, SIZE_MAX, SIZE_TEXT),
      interface: z.string({ error: issueMessage }).optional().openapi({
        description: "Where it comes in; the first unless given",
      }),
    }),
  },
  responses,
});

const firstSchema = z.strictObject({
  source: z.string(),
  destination: z.string(),
  protocol: z.enum(PROTOCOLS).default("tcp"),
  size: z.int().min(28).max(SIZE_MAX).optional().describe(SIZE_TEXT),
  interface: z.string().optional(),
});
const frameSchema = z.strictObject({ frame: z.string() });

/** A TCP SYN to 90.1.2.3:80. */
const EXAMPLE = "0200000000010200000000010800" +
  "45000028000040004006a2c4cb0071075a010203" +
  "9c41005000000000000000005002ffff7b450000";

const packet = {
  oneOf: [jsonSchema(frameSchema), jsonSchema(firstSchema)],
  examples: [{ frame: EXAMPLE }],
};

const post = createRoute({
  method: "post",
  path: "/api/v1/trace",
  tags: ["What runs"],
  summary: "The same of any packet, given byte by byte or by its ends",
  description: "`frame`: hex digits from the Ethernet header on; space and colons do not matter",
  request: { body: { content: described("TracedPacket", packet) } },
  responses,
});

/** `/api/v1/trace`: where a packet would go, and why; nothing is remembered or counted. */
export function route(api: Api, controller: Controller): void {
  api.openapi(read, (c) => c.json(controller.trace(endsOf(c.req.valid("query"))), 200));
  api.openapi(post, (c) => c.json(controller.trace(readQuery(c.req.valid("json"))), 200));
}

/** Without what was not given. */
function endsOf(
  { size, interface: port, ...ends }: z.infer<typeof firstSchema>,
): FirstPacket {
  return {
    ...ends,
    ...size === undefined ? {} : { size },
    ...port === undefined ? {} : { interface: port },
  };
}

/** @throws {RefusedError} 400 */
function readQuery(body: unknown): TraceQuery {
  const hasFrame = typeof body === "object" && body !== null && "frame" in body;
  const schema = hasFrame ? frameSchema : firstSchema;
  const parsed = schema.safeParse(body, { error: issueMessage });
  if (parsed.success) return "frame" in parsed.data ? parsed.data : endsOf(parsed.data);
  throw new RefusedError(400, schemaProblems(parsed.error));
}
