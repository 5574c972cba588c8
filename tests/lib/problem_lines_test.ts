import assert from "node:assert/strict";
import { withLines } from "../../lib/config/problem_lines.ts";
import { parseConfig } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";
import { parseYaml, SyntaxProblem } from "../../lib/yaml.ts";

const TEXT = `# a comment
conf:
  ip4_src_address: 192.0.2.10

interfaces:
  net0.100:
    device: "null"
  net0:
    device: "null"
  "a b": { device: "null" }
vips:
  # the first
  - prefix: 90.0.0.0/8
    servers:
      - address: 10.0.0.1
        weight: 10
      - { address: 10.0.0.2, weight: 20 }
  - &other
    prefix: 91.0.0.0/8
    servers: []
  - *other
`;

const line = (path: string, text = TEXT) => withLines([{ path, message: "" }], text)[0]!.line;

Deno.test("a path leads to the line in which it stands", () => {
  const lines = [
    ["conf", 2],
    ["conf.ip4_src_address", 3],
    ["interfaces.net0.100.device", 7],
    ["interfaces.net0.device", 9],
    ['interfaces["a b"].device', 10],
    ["vips", 11],
    ["vips[0]", 13],
    ["vips[0].prefix", 13],
    ["vips[0].servers[0].weight", 16],
    ["vips[0].servers[1]", 17],
    ["vips[0].servers[1].weight", 17],
    ["vips[1].prefix", 19],
  ] as const;
  for (const [path, at] of lines) assert.equal(line(path), at, path);
});

Deno.test("what is missing is told where it belongs", () => {
  assert.equal(line("vips[0].servers[0].port"), 15);
  assert.equal(line("vips[1].encap"), 19);
  assert.equal(line("workers"), 2);
  assert.equal(line("vips[9].prefix"), 11);
});

Deno.test("behind an alias the line is that of its anchor", () => {
  assert.equal(line("vips[2].prefix"), 19);
});

Deno.test("JSON has lines, too", () => {
  assert.equal(line("vips[0].prefix", '{"vips": [\n{\n"prefix": 7}]}'), 3);
});

Deno.test("a problem of the whole has no line", () => {
  assert.deepEqual(withLines([{ path: "", message: "no" }], TEXT), [{ path: "", message: "no" }]);
});

Deno.test("each problem that the program finds in a text gets the line that it is about", () => {
  const text = TEXT.replace("weight: 20", "weight: 2000").replace("91.0.0.0/8", "91.0.0.1/8")
    .replace("weight: 10", "wieght: 10").replace("  - *other\n", "");
  try {
    parseConfig(parseYaml(text, "body"));
    assert.fail("it is wrong");
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const told = withLines(error.problems, text).map(({ path, line }) => [path, line]);
    assert.deepEqual(told.sort(), [
      ['interfaces["a b"]', 10],
      ["vips[0].servers[0].wieght", 16],
      ["vips[0].servers[1].weight", 17],
      ["vips[1].prefix", 19],
    ]);
  }
});

Deno.test("text that cannot be read tells its line", () => {
  assert.throws(
    () => parseYaml("vips:\n  - a: 1\n  b: 2\n", "body"),
    (error) => error instanceof SyntaxProblem && error.line === 3,
  );
});
