import assert from "node:assert/strict";
import { formatConfig, parseConfig } from "../../lib/config.ts";
import { yamlDiff } from "../../lib/config/yaml_diff.ts";
import { diffLines, takeIn } from "../../lib/line_diff.ts";

const config = (vips: unknown[], conf = {}) => parseConfig({ conf, vips });
const vip = (prefix: string, ...servers: [string, number][]) => ({
  prefix,
  encap: "ipip",
  servers: servers.map(([address, weight]) => ({ address, weight })),
});
const CONF = { ip4_src_address: "192.0.2.10" };
/** Lines with their signs, without those that stay. */
const signs = (lines: { sign: string; text: string }[]) =>
  lines.filter(({ sign }) => sign !== " ").map(({ sign, text }) => sign + text.trim());

Deno.test("of two configurations only what differs is told, as YAML with signs", () => {
  const before = config([vip("90.0.0.0/8", ["10.0.0.1", 10]), vip("91.0.0.0/8")], CONF);
  const after = config([vip("90.0.0.0/8", ["10.0.0.1", 20]), vip("91.0.0.0/8")], CONF);
  const { blocks, alike, more } = yamlDiff(before, after, 1000);
  assert.deepEqual([blocks.map(({ vip }) => vip), alike, more], [["90.0.0.0/8"], 1, 0]);
  assert.deepEqual(signs(blocks[0]!.lines), ["-weight: 10", "+weight: 20"]);
  assert.ok(blocks[0]!.lines.some(({ text }) => text === "  - prefix: 90.0.0.0/8"));
});

Deno.test("settings, VIPs that came and VIPs that went have blocks of their own", () => {
  const before = config([vip("90.0.0.0/8")], CONF);
  const after = config([vip("91.0.0.0/8")], { ...CONF, timeout: 77 });
  const { blocks } = yamlDiff(before, after, 1000);
  assert.deepEqual(blocks.map(({ vip }) => vip), [null, "90.0.0.0/8", "91.0.0.0/8"]);
  assert.deepEqual(signs(blocks[0]!.lines), ["-timeout: 40", "+timeout: 77"]);
  assert.ok(blocks[1]!.lines.every(({ sign }) => sign === "-"));
  assert.ok(blocks[2]!.lines.every(({ sign }) => sign === "+"));
});

Deno.test("another order is no difference", () => {
  const [a, b] = [vip("90.0.0.0/8", ["10.0.0.1", 1], ["10.0.0.2", 2]), vip("91.0.0.0/8")];
  const turned = { ...a, servers: a.servers.toReversed() };
  const { blocks, alike } = yamlDiff(config([a, b], CONF), config([b, turned], CONF), 1000);
  assert.deepEqual([blocks, alike], [[], 2]);
});

Deno.test("a server that goes is not mixed up with the next one", () => {
  const before = vip("90.0.0.0/8", ["10.0.0.1", 0], ["10.0.0.2", 50], ["10.0.0.3", 50]);
  const after = vip("90.0.0.0/8", ["10.0.0.1", 7], ["10.0.0.3", 7]);
  const { blocks } = yamlDiff(config([before], CONF), config([after], CONF), 1000);
  assert.deepEqual(signs(blocks[0]!.lines), [
    ...["-weight: 0", "+weight: 7"],
    ...["-- address: 10.0.0.2", "-weight: 50"],
    ...["-weight: 50", "+weight: 7"],
  ]);
});

Deno.test("what stands in a diff is what stands in the whole", () => {
  const whole = config([vip("90.0.0.0/8", ["10.0.0.1", 1], ["10.0.0.2", 2])], CONF);
  const { blocks } = yamlDiff(config([], CONF), whole, 1000);
  const text = blocks[0]!.lines.map(({ text }) => text).join("\n");
  assert.ok(formatConfig(whole).includes(`vips:\n${text}\n`), text);
});

Deno.test("behind so many lines VIPs that differ are only counted", () => {
  const many = Array.from({ length: 50 }, (_, at) => vip(`90.${at}.0.0/16`));
  const { blocks, more } = yamlDiff(config([], CONF), config(many, CONF), 30);
  assert.ok(blocks.length < 50);
  assert.equal(blocks.length + more, 50);
});

Deno.test("texts that have nothing in common are told whole, and at once", () => {
  const lines = (word: string) => Array.from({ length: 50_000 }, (_, at) => `${word}${at}`);
  const diff = diffLines(lines("a"), lines("b"));
  assert.equal(diff.length, 100_000);
  assert.deepEqual([diff[0], diff.at(-1)], [
    { sign: "-", text: "a0" },
    { sign: "+", text: "b49999" },
  ]);
});

Deno.test("what others changed is taken into a text that was changed elsewhere", () => {
  const from = Array.from({ length: 20 }, (_, at) => `line ${at}`).join("\n") + "\n";
  const theirs = from.replace("line 15", "line fifteen");
  const mine = from.replace("line 2\n", "# mine\nline two\n");
  const both = mine.replace("line 15", "line fifteen");
  assert.equal(takeIn(mine, from, theirs), both);
  assert.equal(takeIn(from.replace("line 15", "mine"), from, theirs), null);
  assert.equal(takeIn(mine, from, from), mine);
});
