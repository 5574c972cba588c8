/** An executable that does not become the program: the old one goes on, with the same flows. */
import assert from "node:assert/strict";
import { rootTest, until } from "./lab.ts";
import { Connections } from "./lab_connections.ts";
import type { Site } from "./lab_site.ts";
import {
  changed,
  executable,
  PLACES,
  Stream,
  upgrade,
  upgraded,
  withFlows,
} from "./lab_upgrade.ts";

const EACH = 50;

/** Begins in a function of that name with other words. */
function instead(name: string, words: string): (text: string) => string {
  const begin = new RegExp(`(export async function ${name}\\([^]*?\\): .*\\{\\n)`);
  return (text) => text.replace(begin, `$1${words}\n`);
}

/** One more step of the schema, as a newer version may have it. */
const NEWER = (text: string) =>
  text.replace(
    "];\n",
    "  `CREATE TABLE seals (number INTEGER PRIMARY KEY) STRICT;\n" +
      "  ALTER TABLE revisions ADD COLUMN seal TEXT NOT NULL DEFAULT '';`,\n];\n",
  );

/** Who fails when it has taken everything, what is told, and how long nothing may be forwarded, ms. */
const FAILING: [sentence: string, words: string, reason: RegExp, most: number][] = [
  ["never becomes ready", "await new Promise(() => {});", /it was not ready within 10 s/, 13_000],
  ["dies before it is ready", "Deno.exit(7);", /it ended with code 7/, 4000],
  [
    "says that it fails",
    'throw new Error("no luck today");',
    /no luck today/,
    4000,
  ],
];

rootTest(
  "an executable that fails when it has everything is ended, and the old one goes on",
  async (t) => {
    await withFlows(async (site) => {
      const [stream] = await Stream.openBoth(site);
      await t.step("it takes nothing of what it is given, for ten seconds", async () => {
        const file = await changed(site.net.folder, "takes-nothing", {
          "lib/serve/memory.ts": instead("openMemory", "await new Promise(() => {});"),
        });
        await stream!.taken();
        const { code, stderr } = await upgrade(site, file);
        assert.equal(code, 1);
        assert.match(stderr, /it was not ready within 10 s; the old program goes on/);
        const { longest } = await stream!.taken();
        console.log(`it takes nothing: ${Math.round(longest)} ms without an echo`);
        assert.ok(longest > 9000 && longest < 13_000, `${longest} ms`);
      });
      const connections = new Connections(site, EACH, ...PLACES);
      await connections.allOpen();
      const before = connections.open;
      for (const [sentence, words, reason, most] of FAILING) {
        await t.step(sentence, async () => {
          const file = await changed(site.net.folder, sentence.replaceAll(" ", "-"), {
            "lib/serve/progress.ts": instead("workersTurn", words),
            "lib/store/schema.ts": NEWER,
          });
          await stream!.taken();
          const { code, stdout, stderr } = await upgrade(site, file);
          assert.equal(code, 1, stdout + stderr);
          assert.match(stderr, reason);
          assert.match(stderr, /the old program goes on/);
          assert.match(stdout, /^handed over .*\n(.*\n)*back +the old program goes on$/m);
          const { longest } = await stream!.taken();
          console.log(`it ${sentence}: ${Math.round(longest)} ms without an echo`);
          assert.ok(longest < most, `${longest} ms`);
          const last = await site.api.lastUpgrade();
          assert.equal(last?.state, "failed");
          assert.match(last.reason!, reason);
          assert.match(
            (await site.api.status()).start_notes.join(),
            /the upgrade to .* failed at .*/,
          );
          assert.match(site.guideway.words, /"event":"upgrade_failed"/);
        });
      }
      await t.step(
        "all connections are with their servers still",
        () => assertAll(site, before, connections),
      );
      await t.step(
        "changes are stored, by a store that the others had brought further",
        async () => {
          const { revision } = await site.api.updateConf({ timeout: 77 });
          assert.equal((await site.api.revisions()).revisions[0]?.number, revision);
          assert.equal((await site.api.status()).store_problem, null);
        },
      );
      await t.step("an upgrade succeeds afterwards", async () => {
        await upgraded(site, await executable(site.net.folder));
        await assertAll(site, before, connections);
        assert.equal((await site.api.config()).config.conf.timeout, 77);
      });
      await connections.stop();
    });
  },
);

async function assertAll(
  site: Site,
  before: Record<string, number>,
  connections: Connections,
): Promise<void> {
  const { answers } = connections.state;
  const more = answers + 3 * EACH * PLACES.length;
  await until("answers", 60, () => Promise.resolve(connections.state.answers > more));
  assert.deepEqual(connections.ends, [], site.guideway.words);
  await connections.allOpen();
  assert.deepEqual(connections.open, before);
}
