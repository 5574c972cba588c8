import assert from "node:assert/strict";
import { demoConfig } from "../../lib/demo/topology.ts";
import { rootTest, withLab } from "./lab.ts";

const MEASURE_SECONDS = 4;

/** Seconds of CPU that the process has used, all threads together. */
async function cpuSeconds(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`);
  // After the name in brackets: state is field 3, utime 14, stime 15, in hundredths of a second.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

rootTest("an idle program uses under 5 % of a core, and ends within a second", async () => {
  await withLab(demoConfig(), async (lab) => {
    const before = await cpuSeconds(lab.guideway.pid);
    await new Promise((resolve) => setTimeout(resolve, MEASURE_SECONDS * 1000));
    const share = (await cpuSeconds(lab.guideway.pid) - before) / MEASURE_SECONDS;
    assert.ok(share < 0.05, `it used ${(share * 100).toFixed(1)} % of a core`);
    const started = performance.now();
    Deno.kill(lab.guideway.pid, "SIGTERM");
    const how = await lab.guideway.ended;
    const ms = performance.now() - started;
    assert.equal(how, "code 0", lab.guideway.words);
    assert.ok(ms < 1000, `it took ${Math.round(ms)} ms`);
    console.log(`idle: ${(share * 100).toFixed(1)} % of a core, ended in ${Math.round(ms)} ms`);
  }, false);
});
