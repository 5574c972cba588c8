/** The executable as a file: what it needs, how large it is, what it says of itself, where it unpacks. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { VERSION } from "../../lib/version.ts";
import { EXE, exeTest, librariesOf, type Outcome, outcome } from "./empty_root.ts";

/** All of the C library's package: Debian's libc6 needs libgcc_s itself. */
const OF_LIBC = /^(ld-linux-.*|lib(c|dl|gcc_s|m|pthread|rt))\.so\.\d+$/;
const GLIBC = [2, 36];
const LIBRARY = new URL("../../build/libguideway.so", import.meta.url).pathname;

exeTest("it needs nothing but the C library, and neither does what is inside", async () => {
  for (const file of [EXE, LIBRARY]) {
    const names = (await librariesOf(file)).map((path) => basename(path));
    assert.ok(names.includes("libc.so.6"), file);
    assert.deepEqual(names.filter((name) => !OF_LIBC.test(name)), [], file);
  }
});

exeTest("a C library of version 2.36 will do", async () => {
  for (const file of [EXE, LIBRARY]) {
    const { stdout } = await outcome(["objdump", "-T", file]);
    const versions = [...stdout.matchAll(/GLIBC_(\d+)\.(\d+)/g)].map((one) => one.slice(1, 3));
    assert.ok(versions.length > 0, file);
    const newer = versions.filter(([major, minor]) =>
      Number(major) * 1000 + Number(minor) > GLIBC[0]! * 1000 + GLIBC[1]!
    );
    assert.deepEqual(newer, [], file);
  }
});

exeTest("it is below 120 MB, and the file beside it has its SHA-256", async () => {
  const bytes = await Deno.readFile(EXE);
  assert.ok(bytes.length < 120e6, `${bytes.length} bytes`);
  const digest = createHash("sha256").update(bytes).digest("hex");
  assert.equal(await Deno.readTextFile(`${EXE}.sha256`), `${digest}  ${basename(EXE)}\n`);
});

exeTest("--version tells Guideway, Deno, DPDK and its drivers", async () => {
  const { code, stdout, stderr } = await outcome([EXE, "--version"]);
  assert.equal(code, 0, stderr);
  const [guideway, deno, dpdk, drivers] = stdout.split("\n");
  assert.equal(guideway, `guideway ${VERSION}`);
  assert.match(deno ?? "", /^Deno \d+\.\d+\.\d+$/);
  assert.match(dpdk ?? "", /^DPDK \d+\.\d+/);
  for (const name of ["af_packet", "af_xdp", "i40e", "null", "tap", "virtio"]) {
    assert.match(drivers ?? "", new RegExp(`^drivers: .*\\b${name}\\b`));
  }
});

/** `--version`, which opens the library, with a folder that is mounted like that. */
async function withFolder(mount: string, variable: string): Promise<Outcome & { left: string[] }> {
  const folder = await Deno.makeTempDir({ prefix: "gw" });
  const script =
    'mount -t tmpfs -o "$1" none "$2" && shift 2 && "$@"; code=$?; ls "$0"; exit $code';
  try {
    const given = ["unshare", "--mount", "sh", "-c", script, folder, mount, folder];
    const result = await outcome([...given, EXE, "--version"], { [variable]: folder });
    return { ...result, left: result.stdout.split("\n").filter((line) => /\.so$/.test(line)) };
  } finally {
    await Deno.remove(folder);
  }
}

const REMEDY = /Set GUIDEWAY_TMPDIR to a folder .*not mounted noexec\.\n$/;
for (
  const [what, mount, reason] of [
    ["read-only", "ro", /cannot be written to \/\S+: Read-only file system/],
    ["noexec", "noexec", /\/\S+\.so cannot be loaded: .*failed to map segment/],
    ["full", "size=64k", /cannot be written to \/\S+: No space left on device/],
  ] as const
) {
  exeTest(`a ${what} folder that it is to unpack into is named, with the remedy`, async () => {
    const { code, stderr, left } = await withFolder(mount, "GUIDEWAY_TMPDIR");
    assert.equal(code, 1, stderr);
    assert.match(stderr, reason);
    assert.match(stderr, REMEDY);
    assert.deepEqual(left, []);
  }, true);

  exeTest(`a ${what} temporary folder does not matter: it unpacks into memory`, async () => {
    const { code, stderr, stdout } = await withFolder(mount, "TMPDIR");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /\nDPDK /);
  }, true);
}

exeTest("a folder that it unpacks into is empty again at once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gw" });
  try {
    const { code, stderr } = await outcome([EXE, "--version"], { GUIDEWAY_TMPDIR: folder });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(folder)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
