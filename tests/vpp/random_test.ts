import assert from "node:assert/strict";
import fc from "fast-check";
import { complete } from "../../lib/vpp/complete.ts";
import { LineError } from "../../lib/vpp/line_error.ts";
import { editAll, readScript } from "../../lib/vpp/script.ts";
import { parseConfig } from "../../lib/config.ts";
import { EXAMPLES } from "./examples.ts";
import { empty } from "./lines.ts";

const KNOWN = [
  ...new Set(EXAMPLES.split(/\s+/)),
  ..."protocol tcp udp type nodeport src_ip_sticky ttl df copy icmp_echo forward ipip gue".split(
    " ",
  ),
  ..."comment { } # ? verbose errors counters node test flowtable __proto__ constructor".split(" "),
  ..."0 -1 1.5 65616 99999999999999999999 NaN 0x10 ::ffff:1.2.3.4 1.2.3.4/ /8 ::/0".split(" "),
];
const word = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...KNOWN) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);
const line = fc.array(word, { maxLength: 14 }).map((words) => words.join(" "));
/** What can stand before the cursor of the prompt: Enter ends it. */
const typed = line.map((text) => text.replaceAll("\n", " "));
const examples = EXAMPLES.trim().split("\n");
const spoilt = fc.tuple(fc.constantFrom(...examples), fc.nat(12), word).map(([line, at, word]) =>
  line.split(" ").toSpliced(at, 1, word).join(" ")
);
const text = fc.array(fc.oneof(line, spoilt, fc.constantFrom(...examples)), { maxLength: 12 })
  .map((lines) => lines.join("\n"));

/** Null: it was wrong, in the one way that it may be. */
function attempt<T>(text: string, act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    assert.ok(error instanceof LineError, `${JSON.stringify(text)}: ${error}`);
    const { line, column } = error.place;
    const there = text.split("\n")[line - 1];
    assert.ok(there !== undefined && column >= 1 && column <= there.length + 1, error.in(text));
    assert.ok(error.message.length > 5 && !error.message.includes("undefined"), error.message);
    return null;
  }
}

Deno.test("whatever is typed, it is carried out or told as a wrong word at a place that is there", () => {
  let right = 0;
  fc.assert(
    fc.property(text, (text) => {
      const config = empty();
      const edited = attempt(text, () => editAll(config, readScript(text)));
      assert.deepEqual(config, empty(), "the given configuration stays as it was");
      if (edited === null) return;
      right++;
      assert.deepEqual(parseConfig(structuredClone(edited.config)), edited.config);
    }),
    { numRuns: 2000 },
  );
  assert.ok(right > 50, `${right} texts were right`);
});

Deno.test("whatever is typed, it can be completed or is wrong, and what completes it fits", () => {
  fc.assert(
    fc.property(typed, (text) => {
      const done = attempt(text, () => complete(text, empty()));
      const literals = done?.candidates.filter(({ literal }) => literal) ?? [];
      for (const { text } of literals) assert.ok(text.startsWith(done!.word));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("bytes that are no text are wrong words, too", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const text = new TextDecoder().decode(bytes);
    attempt(text, () => editAll(empty(), readScript(text)));
  }));
});
