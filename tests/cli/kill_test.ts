import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { CONFIG, makeFolder, Program } from "./program.ts";

/** As many as it takes to be sure of what is shipped; from source a start takes longer. */
const KILLS = Deno.env.has("GUIDEWAY_EXE") ? 200 : 50;

/** What is known of the program's weights from the outside. */
interface Known {
  /** Of the last change that was confirmed. */
  revision: number;
  weight: number;
  /** Of the change that was under way when it died: it may be there or not. */
  pending: number;
}

/** Changes the weight again and again until the program dies; tells of each change that is confirmed. */
async function changeUntilDeath(
  program: Program,
  known: Known,
  confirmed: () => void,
): Promise<void> {
  for (;;) {
    known.pending = known.weight % 100 + 1;
    try {
      const applied = await program.client.setWeight("90.0.0.0/8", "10.0.0.1", known.pending);
      known.revision = applied.revision;
      known.weight = known.pending;
      confirmed();
    } catch {
      return;
    }
  }
}

Deno.test(`each change that was confirmed is there after kill -9, ${KILLS} times`, async () => {
  await using folder = await makeFolder();
  const known: Known = { revision: 1, weight: 100, pending: 100 };
  let changes = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await using program = await Program.start(folder.path, kill === 0 ? CONFIG : undefined);
    const { config, revision } = await program.client.config();
    const weight = config.vips[0]?.servers[0]?.weight;
    const expected = revision === known.revision ? known.weight : known.pending;
    const told = JSON.stringify({ kill, revision, weight, known });
    assert.ok(revision === known.revision || revision === known.revision + 1, told);
    assert.equal(weight, expected, told);

    Object.assign(known, { revision, weight: expected });
    const first = Promise.withResolvers<void>();
    const changing = changeUntilDeath(program, known, first.resolve);
    // Another moment each time: within the first change, or between two, or after many.
    if (kill % 2 === 1) await Promise.race([first.promise, changing]);
    await pause(Math.random() * 60);
    await program.stop("SIGKILL");
    await changing;
    changes += known.revision - revision;
  }
  assert.ok(changes >= KILLS / 2, `only ${changes} changes were confirmed before the kills`);
});
