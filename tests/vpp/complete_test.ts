import assert from "node:assert/strict";
import { complete, tabWords, usage } from "../../lib/vpp/complete.ts";
import { LineError } from "../../lib/vpp/line_error.ts";
import { run } from "./lines.ts";

const { config } = run(`
lb vip 90.0.0.0/8
lb vip 91.0.0.0/8 protocol tcp port 80
lb vip 91.0.0.0/8 protocol udp port 53
lb as 90.0.0.0/8 10.0.0.1 10.0.0.2
lb as 91.0.0.0/8 protocol udp port 53 10.9.9.9`);

const ROWS: [string, string[]][] = [
  ["", ["lb", "set", "show", "test"]],
  ["s", ["set", "show"]],
  ["lb ", ["conf", "vip", "as", "flush", "set"]],
  ["l f", ["flush"]],
  ["lb flush vip ", ["90.0.0.0/8", "91.0.0.0/8"]],
  ["lb as 91", ["91.0.0.0/8"]],
  ["lb as 90.0.0.0/8 ", ["10.0.0.1", "10.0.0.2", "protocol", "port", "weight", "del", "flush"]],
  ["lb as 90.0.0.0/8 10.0.0.1 del ", ["10.0.0.1", "10.0.0.2", "protocol", "port", "flush"]],
  ["lb as 91.0.0.0/8 port ", ["80", "53"]],
  ["lb as 91.0.0.0/8 10", ["10.9.9.9"]],
  ["lb vip 1.0.0.0/8 encap g", ["gre4", "gre6", "gue"]],
  ["lb vip 1.0.0.0/8 d", ["dscp", "df", "del"]],
  ["lb vip 1.0.0.0/8 new_len ", []],
  ["set interface nat4 in ", ["net0", "net1"]],
  ["show lb vips ", ["verbose"]],
  ["lb nonsense ", []],
  ["show errors ", []],
];

Deno.test("Tab completes keywords, VIPs, servers, ports and interfaces", async (t) => {
  for (const [text, words] of ROWS) {
    await t.step(JSON.stringify(text), () => assert.deepEqual(tabWords(text, config).words, words));
  }
});

Deno.test("without a running program, Tab completes keywords", () => {
  assert.deepEqual(tabWords("lb as ", null).words, []);
  assert.deepEqual(tabWords("lb v", null), { word: "v", words: ["vip"] });
});

Deno.test("help tells values, and whether the line may end", () => {
  const texts = (text: string) => complete(text, config).candidates.map(({ text }) => text);
  assert.deepEqual(texts("lb vip "), ["PREFIX", "90.0.0.0/8", "91.0.0.0/8"]);
  assert.deepEqual(texts("lb vip 1.0.0.0/8 port "), ["N"]);
  assert.deepEqual(texts("show errors "), ["<enter>"]);
  assert.deepEqual(texts("show lb "), ["vips", "<enter>"]);
  assert.throws(() => complete("lb vip nonsense ", config), LineError);
});

Deno.test("each command has a line of usage that it is completed by", () => {
  for (const [line, help] of usage()) {
    const words = line.split(" ").filter((word) => /^[a-z0-9]+$/.test(word));
    assert.notEqual(help, "");
    const before = words.slice(0, 2).join(" ");
    assert.ok(complete(before, config).candidates.some(({ text }) => text === words[1]), line);
  }
});
