import assert from "node:assert/strict";
import { Attempts } from "../../lib/server/attempts.ts";

Deno.test("an address may be wrong ten times in a row, and then once in six seconds", () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  for (let time = 0; time < 10; time++) {
    assert.equal(attempts.wait("192.0.2.1"), 0);
    attempts.wrong("192.0.2.1");
  }
  assert.equal(attempts.wait("192.0.2.1"), 6);
  assert.equal(attempts.wait("192.0.2.2"), 0, "another address");
  now = 5000;
  assert.equal(attempts.wait("192.0.2.1"), 1);
  now = 6000;
  assert.equal(attempts.wait("192.0.2.1"), 0);
  attempts.wrong("192.0.2.1");
  assert.equal(attempts.wait("192.0.2.1"), 6);
});

Deno.test("a clock that is put back blocks nobody for longer", () => {
  let now = 1_000_000;
  const attempts = new Attempts(() => now);
  for (let time = 0; time < 10; time++) attempts.wrong("192.0.2.1");
  now = 0;
  assert.equal(attempts.wait("192.0.2.1"), 6);
  now = 6000;
  assert.equal(attempts.wait("192.0.2.1"), 0);
});

Deno.test("the addresses of one IPv6 network count as one, others do not", () => {
  const attempts = new Attempts(() => 0);
  for (let host = 1; host <= 10; host++) attempts.wrong(`2001:db8:0:1::${host}`);
  assert.equal(attempts.wait("2001:db8:0:1:aaaa::1"), 6);
  assert.equal(attempts.wait("2001:db8::1"), 0);
  assert.equal(attempts.wait("2001:db8:0:2::1"), 0);
});

Deno.test("all together may be wrong sixty times in a row, and then once in ten seconds", () => {
  let now = 0;
  const attempts = new Attempts(() => now);
  const wrong = (from: number) => attempts.wrong(`192.0.${from >> 8}.${from & 255}`);
  const told = Array.from({ length: 100 }, (_, from) => wrong(from));
  assert.equal(told.filter((one) => one).length, 60);
  now = 10_000;
  assert.deepEqual([wrong(200), wrong(201)], [true, false]);
});

Deno.test("ten thousand addresses are remembered, not more", () => {
  const attempts = new Attempts(() => 0);
  for (let from = 0; from < 20_000; from++) attempts.wrong(`10.0.${from >> 8}.${from & 255}`);
  assert.equal(attempts.size, 10_000);
});
