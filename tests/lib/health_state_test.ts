/** Rise and fall, rounds and what gathers: the parts of health checks. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Check } from "../../lib/config/health.ts";
import { Gather } from "../../lib/health/gather.ts";
import { type Round, Rounds } from "../../lib/health/rounds.ts";
import { State } from "../../lib/health/state.ts";
import { until } from "./health_servers.ts";

const CHECK: Check = {
  type: "tcp",
  port: 80,
  path: null,
  host: null,
  expect: null,
  send: null,
  interval: 2,
  timeout: 1,
  rise: 2,
  fall: 3,
};
const GOOD = { ok: true, milliseconds: 1.26 } as const;
const BAD = { ok: false, reason: "refused" } as const;

/** States after each of the checks, `+` and `-`. */
function states(checks: string, former?: State): string[] {
  const state = new State(CHECK, former);
  return Array.from(checks, (one, at) => {
    state.take(one === "+" ? GOOD : BAD, `t${at}`);
    return state.view().state;
  });
}

Deno.test("fall bad checks after one another take a server out, rise good ones bring it back", () => {
  assert.deepEqual(states("+--+---"), ["up", "up", "up", "up", "up", "up", "down"]);
  assert.deepEqual(states("---+-++"), [
    "unknown",
    "unknown",
    "down",
    "down",
    "down",
    "down",
    "up",
  ]);
});

Deno.test("a state's reason is what an operator would look for", () => {
  const state = new State(CHECK);
  const reasons = Array.from("--+---+-++", (one) => {
    state.take(one === "+" ? GOOD : BAD, "t");
    return state.view().reason;
  });
  assert.deepEqual(reasons, [
    "bad in 1 of 3 checks: refused",
    "bad in 2 of 3 checks: refused",
    null,
    "bad in 1 of 3 checks: refused",
    "bad in 2 of 3 checks: refused",
    "refused",
    "well again in 1 of 2 checks; before: refused",
    "refused",
    "well again in 1 of 2 checks; before: refused",
    null,
  ]);
  assert.deepEqual(new State(CHECK).view(), {
    state: "unknown",
    reason: "not checked yet",
    since: null,
    last_check: null,
    latency_ms: null,
  });
});

Deno.test("whatever the checks say, a state changes only after enough of one kind", () => {
  const { rise, fall } = CHECK;
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (checks) => {
    const state = new State(CHECK);
    let down = false;
    checks.forEach((ok, at) => {
      const changed = state.take(ok ? GOOD : BAD, `t${at}`);
      const last = (count: number, kind: boolean) =>
        at + 1 >= count && checks.slice(at + 1 - count, at + 1).every((one) => one === kind);
      if (!down && last(fall, false)) down = true;
      else if (down && last(rise, true)) down = false;
      assert.equal(state.isDown, down);
      if (changed) assert.equal(state.view().since, `t${at}`);
    });
  }));
});

Deno.test("another check of the same server goes on from what the former one knew", () => {
  const former = new State(CHECK);
  for (let n = 0; n < 3; n++) former.take(BAD, "t");
  assert.deepEqual(states("+-++", former), ["down", "down", "down", "up"]);
});

/** A round that counts. */
function round(interval: number, act: (signal: AbortSignal) => Promise<void> | void = () => {}) {
  const times: number[] = [];
  const one: Round = {
    interval,
    turn: async (signal) => {
      times.push(performance.now());
      await act(signal);
    },
  };
  return { ...one, times };
}

Deno.test("turns come again and again, and never faster than they should", async () => {
  const rounds = new Rounds(10);
  const one = round(0.1);
  rounds.add(one);
  await until("five turns", () => one.times.length >= 5);
  await rounds.close();
  const count = one.times.length;
  for (let at = 1; at < count; at++) {
    const apart = one.times[at]! - one.times[at - 1]!;
    assert.ok(apart >= 89, `${apart} ms apart`);
  }
});

Deno.test("many rounds begin at different times, and never more at once than allowed", async () => {
  const rounds = new Rounds(7);
  let now = 0;
  let most = 0;
  const all = Array.from({ length: 100 }, () =>
    round(0.5, async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
    }));
  const began = performance.now();
  for (const one of all) rounds.add(one);
  await until("a turn of each", () => all.every(({ times }) => times.length > 0));
  await rounds.close();
  assert.ok(most <= 7, `${most} at once`);
  const firsts = all.map(({ times }) => times[0]! - began).sort((a, b) => a - b);
  assert.ok(firsts[90]! - firsts[10]! > 100, "they do not beat in step");
});

Deno.test("who hangs holds up only himself, and ends when he is removed", async () => {
  const rounds = new Rounds(2);
  let ended = false;
  const hangs = round(
    1,
    (signal) =>
      new Promise<void>((resolve) =>
        signal.addEventListener("abort", () => {
          ended = true;
          resolve();
        })
      ),
  );
  const other = round(0.05);
  rounds.add(hangs);
  rounds.add(other);
  await until("both", () => hangs.times.length === 1 && other.times.length > 2);
  rounds.remove(hangs);
  await until("its end", () => ended);
  await rounds.close();
  const count = other.times.length;
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(other.times.length, count, "nothing goes on behind the end");
});

Deno.test("many wishes are one act, and acts keep their distance", async () => {
  const times: number[] = [];
  const gather = new Gather(
    async () => {
      times.push(performance.now());
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
    10,
    100,
  );
  for (let n = 0; n < 50; n++) gather.want();
  await until("the first act", () => times.length === 1);
  const flapping = setInterval(() => gather.want(), 2);
  await until("more acts", () => times.length === 4);
  clearInterval(flapping);
  await gather.close();
  for (let at = 1; at < 4; at++) assert.ok(times[at]! - times[at - 1]! >= 99, `${times}`);
  gather.want();
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.ok(times.length <= 4, "none begins behind the end");
});
