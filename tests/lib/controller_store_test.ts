import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { simulate } from "../../ffi/mod.ts";
import type { Change } from "../../lib/change.ts";
import type { Config } from "../../lib/config.ts";
import { Controller } from "../../lib/controller.ts";
import { Store } from "../../lib/store.ts";
import { A, type Parts, twoVips } from "./controllers.ts";

async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "gwt-controller-" });
  try {
    await act(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function withStore(
  folder: string,
  options: { config?: Config },
  act: (parts: Parts) => Promise<void> | void,
): Promise<void> {
  using store = Store.open(folder);
  await using simulation = simulate();
  const controller = await Controller.start({ dataplane: simulation, store, ...options });
  try {
    await act({ controller, simulation });
  } finally {
    await controller.close();
  }
}

Deno.test("the stored revision goes on at the next start; a given configuration is the truth", () =>
  withFolder(async (folder) => {
    const weight: Change = { kind: "server.weight", vip: A, address: "10.0.0.1", weight: 9 };
    await withStore(folder, { config: twoVips() }, async ({ controller }) => {
      assert.equal(controller.revision, 1);
      await controller.apply(weight);
    });
    await withStore(folder, {}, ({ controller }) => {
      assert.equal(controller.revision, 2);
      assert.equal(controller.vip(A).servers[0]?.weight, 9);
    });
    await withStore(folder, { config: twoVips() }, ({ controller }) => {
      assert.equal(controller.revision, 3);
      assert.equal(controller.vip(A).servers[0]?.weight, 100);
    });
    await withStore(folder, { config: twoVips() }, ({ controller }) => {
      assert.equal(controller.revision, 3, "the same configuration is no new revision");
    });
    using store = Store.open(folder);
    assert.deepEqual(store.revisions.list().map(({ comment }) => comment), [
      "start",
      "server.weight",
      "start",
    ]);
  }));

Deno.test("a start without any configuration runs an empty one, which is not stored", () =>
  withFolder((folder) =>
    withStore(folder, {}, ({ controller }) => {
      assert.deepEqual([controller.revision, controller.vips().vips], [0, []]);
      assert.equal(
        controller.trace({
          source: "203.0.113.7:1",
          destination: "90.1.2.3:80",
          protocol: "tcp",
        }).verdict,
        "left_not_vip",
      );
    })
  ));

Deno.test("while the store cannot be written changes stay in force, and are stored later", () =>
  withFolder((folder) =>
    withStore(folder, { config: twoVips() }, async ({ controller }) => {
      const other = new DatabaseSync(join(folder, "guideway.db"));
      other.exec("BEGIN IMMEDIATE");
      try {
        for (const last of [1, 2]) {
          const address = `10.0.0.${last}`;
          await controller.apply({ kind: "server.remove", vip: A, address });
        }
        assert.equal(controller.revision, 3);
        assert.match(controller.status().store_problem ?? "", /guideway\.db: database is locked/);
      } finally {
        other.close();
      }
      await controller.refresh();
      assert.equal(controller.status().store_problem, null);
      using store = Store.open(folder);
      assert.deepEqual(store.revisions.list().map(({ number }) => number), [3, 2, 1]);
      assert.deepEqual(store.revisions.latest()?.config, controller.config());
    })
  ));
