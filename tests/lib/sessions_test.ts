import assert from "node:assert/strict";
import { Sessions } from "../../lib/server/sessions.ts";

const MINUTE = 60_000;

Deno.test("a session goes on while it is used, for twelve hours at most", () => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const secret = sessions.begin(7);
  for (; now <= 12 * 60 * MINUTE; now += 90 * MINUTE) assert.equal(sessions.find(secret), 7);
  assert.equal(sessions.find(secret), null);
  assert.equal(sessions.size, 0);
});

Deno.test("a session ends two hours after it was used last", () => {
  let now = 0;
  const sessions = new Sessions(() => now);
  const secret = sessions.begin(7);
  now = 121 * MINUTE;
  assert.equal(sessions.find(secret), null);
  now = 0;
  assert.equal(sessions.find(secret), null, "and does not come back");
});

Deno.test("a session ends when it is ended, and no other with it", () => {
  const sessions = new Sessions();
  const [one, other] = [sessions.begin(1), sessions.begin(2)];
  assert.match(one, /^[\w-]{43}$/);
  sessions.end(one);
  assert.deepEqual([sessions.find(one), sessions.find(other)], [null, 2]);
  assert.equal(sessions.find(""), null);
});

Deno.test("there are a thousand sessions at most: the one that was used longest ago makes room", () => {
  const sessions = new Sessions();
  const secrets = Array.from({ length: 1000 }, (_, at) => sessions.begin(at));
  sessions.find(secrets[0]!);
  sessions.begin(1000);
  assert.equal(sessions.size, 1000);
  assert.deepEqual([sessions.find(secrets[0]!), sessions.find(secrets[1]!)], [0, null]);
});
