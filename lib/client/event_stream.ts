/**
 * Server-sent events, one by one.
 *
 * @module
 */

import type { Event } from "../events.ts";

/** Reads a stream until it ends. What is no event of ours (a sign of life) is passed over. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of body) {
    const events = (text + decoder.decode(part, { stream: true })).split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) {
      const [, topic, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (topic !== undefined && data !== undefined) {
        yield { topic, data: JSON.parse(data) } as Event;
      }
    }
  }
}
