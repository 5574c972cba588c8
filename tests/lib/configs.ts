/**
 * Configurations for tests to spoil, and what refuses them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { RefusedError } from "../../lib/refused.ts";

/** A configuration that is right in all its parts, for a row to spoil. */
export function sound() {
  return {
    conf: { ip4_src_address: "192.0.2.10", ip6_src_address: "2001:db8::10" },
    interfaces: { net0: { device: "af_packet:eth1" } },
    vips: [
      { prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }, { address: "10.0.0.2" }] },
      { prefix: "2002::/16", encap: "gre6", servers: [{ address: "2001:db8::1" }] },
    ],
  };
}

/** The sound one with other fields of its settings. */
export function conf(fields: object) {
  return { ...sound(), conf: { ...sound().conf, ...fields } };
}

/** The sound one with a single VIP of such fields. */
export function vip(fields: object) {
  return { ...sound(), vips: [{ prefix: "90.0.0.0/8", ...fields }] };
}

/** What `act` is refused with. */
export function refused(act: () => unknown): RefusedError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof RefusedError, String(error));
    assert.equal(error.status, 400);
    return error;
  }
  throw new assert.AssertionError({ message: "was not refused" });
}

/** A configuration that is refused for one reason at one place. */
export type Row = [sentence: string, input: unknown, path: string, message: RegExp];

/** Makes a test of every row. */
export function testRefusals(rows: Row[]): void {
  for (const [sentence, input, path, message] of rows) {
    Deno.test(`refused with its path: ${sentence}`, () => {
      const { problems } = refused(() => parseConfig(input));
      assert.deepEqual(problems.map((problem) => problem.path), [path], JSON.stringify(problems));
      assert.match(problems[0]!.message, message);
    });
  }
}
