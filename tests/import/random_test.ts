import assert from "node:assert/strict";
import fc from "fast-check";
import { parseConfig } from "../../lib/config.ts";
import { importIpvsadm } from "../../lib/import/ipvsadm.ts";
import { importVpp } from "../../lib/import/vpp.ts";
import { EXAMPLES } from "../vpp/examples.ts";

const IPVS =
  "-A -a -t -u -f -s rr mh -p 300 -r -g -i -m -w 1 70000 --tun-type gue --tun-port 5555 " +
  "10.0.0.1:80 [2001::1]:80 10.0.0.1 224.0.0.1:80 ::1 __proto__ -constructor - # {";
const VPP =
  "unix dpdk cpu { } dev name default 0000:02:00.0 create host-interface tap id memif socket " +
  "interface workers corelist-workers 1-3 exec eth1 comment __proto__ set nat4 in host-eth1";

function texts(known: string, whole: string[]) {
  const word = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...new Set(known.split(" "))) },
    { weight: 1, arbitrary: fc.string() },
  );
  const line = fc.array(word, { maxLength: 10 }).map((words) => words.join(" "));
  return fc.array(fc.oneof(line, fc.constantFrom(...whole)), { maxLength: 15 })
    .map((lines) => lines.join("\n"));
}

const CASES = [
  [
    "vpp",
    importVpp,
    texts(VPP, ["create host-interface name eth1", ...EXAMPLES.trim().split("\n")]),
  ],
  [
    "ipvsadm",
    importIpvsadm,
    texts(IPVS, ["-A -t 1.1.1.1:80", "-a -t 1.1.1.1:80 -r 10.0.0.1:80 -g"]),
  ],
] as const;

for (const [name, read, text] of CASES) {
  Deno.test(`whatever stands in a file for import ${name}, what comes out is a configuration`, () => {
    fc.assert(
      fc.property(text, (text) => {
        const { config, notes } = attempt(() => read(text));
        if (config === null) return;
        assert.deepEqual(parseConfig(structuredClone(config)), config);
        const lines = text.split("\n").length;
        for (const { line } of notes) assert.ok(line >= 0 && line <= lines);
      }),
      { numRuns: 1000 },
    );
  });
}

/** A comment without an end is the one thing that cannot be read past. */
function attempt<T extends object>(act: () => T): T | { config: null; notes: [] } {
  try {
    return act();
  } catch (error) {
    assert.match(String(error), /the comment has no closing brace/);
    return { config: null, notes: [] };
  }
}
