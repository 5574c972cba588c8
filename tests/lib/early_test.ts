import assert from "node:assert/strict";
import { createProgram } from "../../lib/cli/mod.ts";
import { startEarly, takeEarly } from "../../lib/early.ts";
import { ImageKeeper } from "../../lib/early/keeper.ts";
import { imagePath, type LastImage, readImage } from "../../lib/early/last_image.ts";
import { HANDOVER } from "../../lib/upgrade/variable.ts";
import { readRunWords, seemsToWant, WITH_VALUE, WITHOUT_VALUE } from "../../lib/early/words.ts";

const IMAGE: LastImage = {
  bytes: new Uint8Array([10, 0, 10, 255]),
  layout: "12345678",
  slots: "00",
  revision: 7,
  workers: 2,
  ports: [{ device: "af_packet:eth1", index: 3, mac: "02:00:00:00:00:01" }],
  nextHops: [["10.0.0.1", { hop: { interface: "lan", mac: "02:00:00:00:00:02" }, reason: null }]],
};

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an early start knows the options of run, and which of them have a value", async () => {
  const program = await createProgram(["run"]);
  const run = program.commands.find((one) => one.name() === "run")!;
  const names = (valued: boolean) =>
    run.options.filter((one) => one.required === valued).map(({ long }) => long);
  assert.deepEqual(names(true).sort(), WITH_VALUE.toSorted());
  assert.deepEqual(names(false).sort(), WITHOUT_VALUE.toSorted());
});

Deno.test("who is handed over to forwards when it is told, and not before", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(imagePath(folder), "damaged");
    const words = ["run", "--state", folder, "--flow-memory", folder];
    await startEarly(words);
    assert.notEqual((await takeEarly()).reason, null, "alone it looks at the image");
    Deno.env.set(HANDOVER, "somewhere");
    try {
      await startEarly(words);
      assert.deepEqual(await takeEarly(), { image: null, resumed: null, reason: null });
    } finally {
      Deno.env.delete(HANDOVER);
    }
  }));

Deno.test("words of run are read as the command reads them, or not at all", () => {
  assert.deepEqual(readRunWords(["run"]), {});
  assert.deepEqual(
    readRunWords(["run", "--require-token", "--state", "a", "--flow-memory=b", "--state", "c"]),
    { state: "c", flowMemory: "b" },
  );
  for (
    const words of [[], ["status"], ["--url", "x", "run"], ["run", "--help"], ["run", "more"], [
      "run",
      "--state",
    ], ["run", "--require-token=yes"]]
  ) assert.equal(readRunWords(words), null, words.join(" "));
});

Deno.test("a text seems to want the workers that it names once, or one", () => {
  assert.ok(seemsToWant("vips: []", 1, false));
  assert.ok(!seemsToWant("vips: []", 2, false));
  assert.ok(seemsToWant("workers: 2", 2, false));
  assert.ok(seemsToWant('{"workers":2}', 2, false));
  assert.ok(!seemsToWant("workers: 2 # workers: 3", 2, false));
  assert.ok(!seemsToWant("device: pci:0000:01:00.0", 1, false));
  assert.ok(seemsToWant("device: pci:0000:01:00.0", 1, true));
});

Deno.test("an image is read as it was kept", async () => {
  await withFolder(async (folder) => {
    assert.equal(await readImage(folder), null);
    const keeper = new ImageKeeper(folder);
    keeper.keep(IMAGE);
    await keeper[Symbol.asyncDispose]();
    assert.deepEqual(await readImage(folder), IMAGE);
  });
});

Deno.test("of images that come fast the last one is kept", async () => {
  await withFolder(async (folder) => {
    const keeper = new ImageKeeper(folder);
    for (let revision = 1; revision <= 50; revision++) {
      keeper.keep({ ...IMAGE, revision });
      if (revision % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await keeper[Symbol.asyncDispose]();
    const read = await readImage(folder);
    assert.ok(read !== null && typeof read !== "string");
    assert.equal(read.revision, 50);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["image"]);
  });
});

Deno.test("an image that is cut or changed is of no use", async () => {
  await withFolder(async (folder) => {
    const keeper = new ImageKeeper(folder);
    keeper.keep(IMAGE);
    await keeper[Symbol.asyncDispose]();
    const whole = await Deno.readFile(imagePath(folder));
    for (let length = 0; length < whole.length; length += 7) {
      await Deno.writeFile(imagePath(folder), whole.subarray(0, length));
      assert.equal(await readImage(folder), "its sum is wrong", `${length} bytes`);
    }
    for (const at of [0, 70, whole.length - 1]) {
      const changed = whole.slice();
      changed[at]! ^= 1;
      await Deno.writeFile(imagePath(folder), changed);
      assert.equal(await readImage(folder), "its sum is wrong", `byte ${at}`);
    }
  });
});
