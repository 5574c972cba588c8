/** What the service's unit names, after an upgrade. */
import assert from "node:assert/strict";
import { install, installPlace } from "../../lib/service/successor.ts";
import { programOf, unitText } from "../../lib/service/unit.ts";

const UNIT = {
  config: null,
  state: "/var/lib/guideway",
  listen: "127.0.0.1:8480",
  tls: null,
  requireToken: false,
};

/** A folder with two executables, and a unit that names the path. */
async function withUnit(
  command: (folder: string) => string[],
  act: (folder: string) => unknown,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "gwt" }));
  try {
    await Deno.mkdir(`${folder}/etc/systemd/system`, { recursive: true });
    const text = unitText({ ...UNIT, command: command(folder) });
    await Deno.writeTextFile(`${folder}/etc/systemd/system/guideway.service`, text);
    await Deno.writeTextFile(`${folder}/guideway`, "old", { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/fresh`, "new", { mode: 0o700 });
    await Deno.symlink("guideway", `${folder}/link`);
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the executable that the unit names is found in it", () => {
  const names = ["/usr/local/bin/guideway", "/opt/a b/guide%way", '/opt/"$x\\'];
  for (const name of names) assert.equal(programOf(unitText({ ...UNIT, command: [name] })), name);
  const source = ["/usr/bin/deno", "run", "--allow-all", "/src/main.ts"];
  assert.equal(programOf(unitText({ ...UNIT, command: source })), null);
  assert.equal(programOf("[Service]\nExecStart=/usr/local/bin/guideway run\n"), null);
});

Deno.test("where the old one stands the new one is put, and the old one kept", () =>
  withUnit((folder) => [`${folder}/guideway`], async (folder) => {
    const [old, file] = [`${folder}/guideway`, `${folder}/fresh`];
    assert.deepEqual(installPlace({ file, installed: old }, folder), { path: old, link: false });
    await Deno.writeTextFile(`${old}.previous`, "the one before");
    assert.equal(await install(file, old), `${old}.previous`);
    const texts = [old, `${old}.previous`, file].map((path) => Deno.readTextFileSync(path));
    assert.deepEqual(texts, ["new", "old", "new"]);
    assert.equal(Deno.statSync(old).mode! & 0o777, 0o755, "all may run it, as before");
    assert.deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => /\.new$/.test(name)), []);
  }));

Deno.test("nothing is put where another program ran, or the new one stands, or there is no unit", () =>
  withUnit((folder) => [`${folder}/guideway`], (folder) => {
    const [old, file] = [`${folder}/guideway`, `${folder}/fresh`];
    assert.equal(installPlace({ file: old, installed: file }, folder), null);
    assert.equal(installPlace({ file: old, installed: old }, folder), null);
    assert.equal(installPlace({ file, installed: null }, folder), null);
    assert.equal(installPlace({ file, installed: old }, `${folder}/etc`), null);
  }));

Deno.test("a link is its owner's to move", () =>
  withUnit((folder) => [`${folder}/link`], (folder) => {
    const place = installPlace(
      { file: `${folder}/fresh`, installed: `${folder}/guideway` },
      folder,
    );
    assert.deepEqual(place, { path: `${folder}/link`, link: true });
  }));

Deno.test("what cannot be put there is told with what to type", () =>
  withUnit((folder) => [`${folder}/guideway`], async (folder) => {
    await assert.rejects(
      install(`${folder}/none`, `${folder}/guideway`),
      /guideway is still the old one: .*ENOENT.*; put it there .*sudo install -m 755/,
    );
    assert.equal(Deno.readTextFileSync(`${folder}/guideway`), "old");
  }));
