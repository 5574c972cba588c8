import type { Controller } from "../../../lib/controller/interface.ts";
import { encodeEvent, type Events, type Topic, TOPICS, type Wish } from "../../../lib/events.ts";
import { type Api, createRoute, READ_ERRORS, z } from "../../../lib/http.ts";
import { namesOf, serverNames, someOf, vipNames } from "./page.ts";

/** What grows old: the next one tells the same. */
const AGEING: ReadonlySet<Topic> = new Set(["counters", "totals"]);
/** What a listener may be behind: what grows old is left out from then on. */
const BEHIND_BYTES = 1024 * 1024;
/** One that is further behind than that does not read at all, and is let go. */
const LOST_BYTES = 8 * 1024 * 1024;
/** Whoever stands between keeps a silent connection open for that long. */
const ALIVE_MS = 15_000;
const ALIVE = new TextEncoder().encode(": alive\n\n");

const DESCRIPTION =
  `\`hello\` first, with version and revision; then, by topic: \`counters\`, once a second, as
/api/v1/counters has them, also of some \`vip\`s alone; \`totals\`, the same without the VIPs; \`change\`, what was accepted, with its plan; \`drops\` that
start or stop; \`neighbour\`, a next hop that came, went or moved; \`health\`, a server that is down, or up; \`store\`, why it cannot be written, or null;
\`worker\`, one that stands still, or moves again`;

const topics = someOf(TOPICS).openapi({
  type: "string",
  description: "Some of them, with commas; all unless given",
});

const listen = createRoute({
  method: "get",
  path: "/api/v1/events",
  tags: ["What runs"],
  summary: "What happens, as it happens: server-sent events",
  description: DESCRIPTION.replaceAll("\n", " "),
  request: { query: z.object({ topics, vip: vipNames, server: serverNames }) },
  responses: {
    200: {
      description: "A stream that does not end",
      content: { "text/event-stream": { schema: z.string() } },
    },
    400: READ_ERRORS[400],
  },
});

/** `/api/v1/events`: a stream of what happens. */
export function route(api: Api, controller: Controller): void {
  api.openapi(listen, (c) => {
    const query = c.req.valid("query");
    const topics = new Set<Topic>(query.topics ?? TOPICS);
    const { version, revision } = controller.status();
    const stream = streamOf(
      controller.events,
      { topics, vips: namesOf(query.vip), servers: namesOf(query.server) },
      encodeEvent({ topic: "hello", data: { version, revision } }),
      c.env.valid,
    );
    return c.body(stream, 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}

function streamOf(
  events: Events,
  wish: Wish,
  hello: Uint8Array,
  valid: () => boolean,
): ReadableStream<Uint8Array> {
  let stop = () => {};
  return new ReadableStream<Uint8Array>({
    start(to) {
      to.enqueue(hello);
      const end = () => {
        stop();
        to.close();
      };
      const unlisten = events.listen(wish, (topic, bytes) => {
        const room = to.desiredSize ?? 0;
        if (room < -LOST_BYTES || !valid()) return end();
        if (!AGEING.has(topic) || room > 0) to.enqueue(bytes);
      }, end);
      const alive = setInterval(() => {
        if (!valid()) return end();
        if ((to.desiredSize ?? 0) > 0) to.enqueue(ALIVE);
      }, ALIVE_MS);
      stop = () => {
        clearInterval(alive);
        unlisten();
      };
    },
    cancel: () => stop(),
  }, { highWaterMark: BEHIND_BYTES, size: ({ length }) => length });
}
