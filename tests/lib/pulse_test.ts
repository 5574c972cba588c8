import assert from "node:assert/strict";
import { Pulse } from "../../lib/controller/progress.ts";
import { stuckWords } from "../../lib/stuck_words.ts";

/** Two workers whose loops a test turns. */
function twoWorkers() {
  const loops = [0, 0];
  const told: string[] = [];
  const dataplane = {
    workers: 2,
    catalog: {
      worker: [{ name: "loops", text: "" }],
      vip: [],
      server: [],
      verdicts: [],
      port: [],
    },
    workerCounters: (worker: number) => [loops[worker]!],
  };
  const pulse = new Pulse(dataplane, (worker, state) => void told.push(`${worker} ${state}`));
  const look = (...turning: number[]) => {
    for (const worker of turning) loops[worker]!++;
    pulse.look();
  };
  return { pulse, look, told };
}

Deno.test("a worker is stuck after three looks without a turn, and is told once", () => {
  const { pulse, look, told } = twoWorkers();
  using _ = pulse;
  look(0, 1);
  for (const stuck of [[], [], [1], [1]]) {
    look(0);
    assert.deepEqual(pulse.stuck(), stuck);
  }
  look(0, 1);
  assert.deepEqual(pulse.stuck(), []);
  assert.deepEqual(told, ["1 stuck", "1 moves"]);
});

Deno.test("a worker that waits for its processor now and then is not stuck", () => {
  const { pulse, look, told } = twoWorkers();
  using _ = pulse;
  for (let n = 0; n < 10; n++) {
    look(0);
    look(0);
    look(0, 1);
    assert.deepEqual(pulse.stuck(), []);
  }
  assert.deepEqual(told, []);
});

Deno.test("workers that stand still are told in a sentence", () => {
  assert.equal(stuckWords([]), null);
  assert.equal(stuckWords([1]), "Worker 1 stands still: packets of its queues are lost");
  assert.match(stuckWords([0, 2])!, /^Worker 0, 2 stand still: packets of their/);
});
