import assert from "node:assert/strict";
import { missingFrom, packagesFor } from "../../lib/setup/packages.ts";
import { stage, StageError } from "../../lib/setup/stage.ts";
import { foreignFolder, parseOsRelease, unsupported } from "../../lib/setup/system.ts";
import { countReport, failuresOf, summaryLine } from "../tools/report.ts";

const DEBIAN = { os: "linux", arch: "x86_64", name: "Debian GNU/Linux 12", debian: true };

Deno.test("the setup works on Debian and its relatives, on two kinds of processor", () => {
  assert.equal(unsupported(DEBIAN), null);
  assert.equal(unsupported({ ...DEBIAN, arch: "aarch64" }), null);
});

Deno.test("another system is refused in one sentence that names it", () => {
  assert.match(
    unsupported({ ...DEBIAN, os: "darwin" }) ?? "",
    /^Guideway needs Linux.*darwin.*\.$/,
  );
  assert.match(unsupported({ ...DEBIAN, arch: "riscv64" }) ?? "", /riscv64/);
  const fedora = { ...DEBIAN, name: "Fedora Linux 40", debian: false };
  assert.match(unsupported(fedora) ?? "", /this is Fedora Linux 40: run it on Debian/);
});

Deno.test("os-release values are read with and without quotes", () => {
  const text = 'PRETTY_NAME="Ubuntu 24.04 LTS"\nID=ubuntu\nID_LIKE=debian\n';
  const release = parseOsRelease(text);
  assert.equal(release["PRETTY_NAME"], "Ubuntu 24.04 LTS");
  assert.equal(release["ID_LIKE"], "debian");
});

Deno.test("packages are missing unless dpkg says installed", () => {
  const listing = "gcc installed\nmake config-files\n";
  assert.deepEqual(missingFrom(["gcc", "make", "libdpdk-dev"], listing), ["make", "libdpdk-dev"]);
});

Deno.test("any version's sanitizer runtime will do", () => {
  assert.deepEqual(missingFrom(["libclang-rt-dev"], "libclang-rt-19-dev installed\n"), []);
  assert.deepEqual(missingFrom(["libclang-rt-dev"], ""), ["libclang-rt-dev"]);
});

Deno.test("the demo needs what the build needs, and the tests all of it", () => {
  const test = packagesFor("test");
  for (const name of packagesFor("demo")) assert.ok(test.includes(name), name);
  assert.ok(!packagesFor("build").includes("ethtool"));
});

Deno.test("a folder that another user's run left is named", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const root = new URL(`file://${folder}/`);
    const uid = Deno.uid()!;
    assert.equal(await foreignFolder(root, ["build"], uid + 1), null);
    await Deno.mkdir(`${folder}/build`);
    assert.equal(await foreignFolder(root, ["build"], uid), null);
    assert.equal(await foreignFolder(root, ["none", "build"], uid + 1), "build");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a stage that fails says which program and shows its last lines", async () => {
  await assert.rejects(
    stage("Trying", "sh", ["-c", "echo some words; echo more words >&2; exit 3"]),
    (error) => {
      assert.ok(error instanceof StageError);
      assert.match(error.message, /some words/);
      assert.match(error.message, /more words/);
      assert.match(error.message, /Trying failed: sh -c/);
      return true;
    },
  );
});

Deno.test("a report's tests are counted by how they ended", () => {
  const xml = `<testsuite><testcase name="a" time="0.1"/><testcase name="b">
    <failure message="no">text</failure></testcase><testcase name="c"><skipped/></testcase>
    <testcase name="d">\n</testcase></testsuite>`;
  assert.deepEqual(countReport(xml), { passed: 2, failed: 1, skipped: 1 });
  assert.equal(summaryLine(countReport(xml)), "2 passed, 1 failed, 1 skipped");
});

Deno.test("what failed is told with its file, its name and the first lines of its error", () => {
  const xml = `<testsuite><testcase name="a" classname="./x_test.ts" time="0.1"></testcase>
    <testcase name="b &lt; c &gt; d" classname="./y_test.ts" time="0.1">
    <failure message="no">Error: &quot;no&quot;\nat 1\nat 2</failure></testcase>
    <testcase name="e" classname="./z_test.ts"><skipped/></testcase>
    <testcase name="f" classname="./z_test.ts"><error message="it was ended"/></testcase></testsuite>`;
  assert.deepEqual(failuresOf(xml, 2), [
    'failed: ./y_test.ts: b < c > d\n    Error: "no"\n    at 1',
    "failed: ./z_test.ts: f\n    it was ended",
  ]);
});
