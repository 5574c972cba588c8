import assert from "node:assert/strict";
import fc from "fast-check";
import { formatConfig, parseConfig, parseConfigText } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";
import { refused, sound } from "./configs.ts";

Deno.test("the null device needs no quotes in YAML and may stand twice", () => {
  const text = "interfaces:\n  a: { device: null }\n  b: { device: 'null' }\n";
  const config = parseConfigText(text, "x");
  const device = { device: "null", snat: [] };
  assert.deepEqual(config.interfaces, { a: device, b: device });
  assert.deepEqual(parseConfigText(formatConfig(config), "x"), config);
});

Deno.test("what is formatted reads back the same", () => {
  const input = {
    ...sound(),
    conf: { ...sound().conf, hash_key: "00000000000000000000000000000012" },
  };
  const config = parseConfig(input);
  assert.deepEqual(parseConfigText(formatConfig(config), "x"), config);
  assert.deepEqual(parseConfigText(JSON.stringify(config, null, "\t"), "x"), config);
});

const TEXTS: [sentence: string, text: string, message: RegExp][] = [
  ["bad syntax", "workers: 1\nvips: [", /^f\.yaml:2:8: /],
  ["a key twice", "workers: 1\nworkers: 2\n", /^f\.yaml:2:1: Map keys must be unique$/],
  ["a JSON key twice", '{"workers": 1,\n "workers": 2}', /^f\.yaml:2:2: Map keys must be unique$/],
  ["an empty file", "", /^f\.yaml: the configuration is empty/],
  ["comments alone", "# nothing\n", /^f\.yaml: the configuration is empty/],
  ["two documents", "--- {}\n--- {}\n", /^f\.yaml:2:1: A second document/],
  ["an unknown tag", "workers: !number 1", /^f\.yaml:1:10: Unresolved tag/],
  ["a key that is a list", "? [a]\n: 1", /^f\.yaml:1:3: A key must be text$/],
  ["nesting without end", "[".repeat(50_000), /^f\.yaml:.*[Nn]ested too deeply$/],
  [
    "an alias bomb",
    "a: &a [1,1,1,1,1,1,1,1,1]\n" +
    [..."bcdefgh"].map((name, at) => {
      const before = "abcdefg"[at];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]\n`;
    }).join(""),
    /^f\.yaml: Excessive alias count/,
  ],
];

for (const [sentence, text, message] of TEXTS) {
  Deno.test(`refused as text: ${sentence}`, () => {
    const { problems } = refused(() => parseConfigText(text, "f.yaml"));
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, message);
  });
}

Deno.test("any text is a configuration or a refusal with problems", () => {
  const letters = fc.constantFrom(..."{}[]:,-?&*!|>'\"%@`# \n\tab1");
  const text = fc.oneof(fc.string(), fc.array(letters).map((all) => all.join("")));
  fc.assert(
    fc.property(text, (text) => {
      try {
        parseConfigText(text, "f");
      } catch (error) {
        assert.ok(error instanceof RefusedError, String(error));
      }
    }),
    { numRuns: 1000 },
  );
});
