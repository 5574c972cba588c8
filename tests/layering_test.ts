import assert from "node:assert/strict";
import { type Import, moduleGraph, readSource, sourceFiles } from "./tools/modules.ts";

/** From top to bottom: a module imports from its own line and the lines below. `/` ends a folder. */
const LAYERS: string[][] = [
  ["main.ts"],
  ["lib/cli/"],
  ["lib/import/"],
  ["lib/vpp/"],
  ["lib/serve.ts"],
  ["lib/serve/hand_over.ts"],
  ["lib/serve/term.ts"],
  ["lib/crashes.ts"],
  ["lib/serve/watch.ts"],
  ["lib/service/files.ts", "lib/service/successor.ts", "lib/doctor.ts", "lib/nics/bind.ts"],
  ["lib/doctor/checks/"],
  ["lib/doctor/"],
  ["lib/nics.ts"],
  ["lib/nics/users.ts"],
  ["lib/service/unit.ts", "lib/service/skeleton.ts"],
  [
    "lib/serve/",
    "lib/service/",
    "lib/backup.ts",
    "lib/replay.ts",
    "lib/bench.ts",
    "lib/bench/",
    "lib/demo/",
    "lib/setup/",
  ],
  ["routes/"],
  [
    "lib/server.ts",
    "lib/http.ts",
    "lib/server/guard.ts",
    "lib/server/asked.ts",
    "lib/server/record.ts",
    "lib/server/door.ts",
    "lib/server/access.ts",
    "lib/server/attempts.ts",
    "lib/server/caller_of.ts",
    "lib/server/scopes.ts",
    "lib/server/sessions.ts",
    "lib/server/csrf.ts",
    "lib/server/cookie.ts",
    "lib/server/certificate.ts",
    "lib/server/claim_socket.ts",
    "lib/server/listen_error.ts",
    "lib/server/place.ts",
    "lib/server/tcp.ts",
    "lib/server/reloading.ts",
    "lib/server/repeats.ts",
    "lib/server/json_place.ts",
    "lib/metrics.ts",
  ],
  ["lib/offline.ts"],
  ["lib/upgrade/upgrades.ts", "lib/upgrade/heritage.ts"],
  [
    "lib/upgrade/attempt.ts",
    "lib/upgrade/parent.ts",
    "lib/upgrade/ahead.ts",
    "lib/upgrade/check.ts",
    "lib/upgrade/desk.ts",
  ],
  ["lib/upgrade/process.ts", "lib/upgrade/listener.ts"],
  ["lib/audit.ts", "lib/audit/", "lib/tokens.ts"],
  ["lib/early.ts"],
  ["lib/controller.ts"],
  ["lib/controller/reading.ts"],
  ["lib/health.ts"],
  ["lib/health/probe.ts", "lib/health/log.ts"],
  ["lib/health/tls.ts", "lib/health/http.ts", "lib/health/datagram.ts", "lib/health/state.ts"],
  [
    "lib/health/rounds.ts",
    "lib/health/gather.ts",
    "lib/health/error.ts",
    "lib/health/stream.ts",
  ],
  ["lib/controller/interface.ts", "lib/controller/options.ts"],
  ["lib/controller/start.ts"],
  ["lib/controller/start_config.ts"],
  ["lib/controller/prepare.ts", "lib/controller/follow.ts"],
  ["lib/controller/validate.ts"],
  [
    "lib/controller/port_watch.ts",
    "lib/controller/settle.ts",
    "lib/controller/outcome.ts",
    "lib/controller/slot_flows.ts",
    "lib/controller/commit.ts",
    "lib/controller/saver.ts",
    "lib/controller/history.ts",
    "lib/controller/ticker.ts",
    "lib/controller/drop_watch.ts",
    "lib/controller/recorder.ts",
    "lib/controller/progress.ts",
    "lib/controller/refresher.ts",
    "lib/next_hops/log.ts",
    "lib/next_hops/path_mtus.ts",
    "lib/next_hops/settled.ts",
  ],
  [
    "lib/controller/edit.ts",
    "lib/controller/edit/",
    "lib/views.ts",
    "lib/views/counters.ts",
    "lib/views/flows.ts",
    "lib/views/flow_filter.ts",
    "lib/views/frame.ts",
    "lib/views/ports.ts",
    "lib/views/trace.ts",
    "lib/views/trace_steps.ts",
    "lib/views/table.ts",
    "lib/views/lists.ts",
    "lib/views/server_list.ts",
    "lib/views/health.ts",
    "lib/views/paging.ts",
    "lib/views/cursor.ts",
    "lib/views/neighbours.ts",
    "lib/views/vip_fields.ts",
    "lib/running.ts",
  ],
  [
    "lib/plan.ts",
    "lib/effects.ts",
    "lib/table_changes.ts",
    "lib/snapshot.ts",
    "lib/snapshot/hops.ts",
    "lib/snapshot/vips.ts",
    "lib/snapshot/tables.ts",
    "lib/ports.ts",
    "lib/flow_memory.ts",
    "lib/early/last_image.ts",
    "lib/early/keeper.ts",
    "lib/next_hops.ts",
    "lib/next_hops/by_kernel.ts",
    "lib/views/baselines.ts",
    "lib/views/table_baselines.ts",
  ],
  [
    "lib/table_bins.ts",
    "lib/snapshot/slots.ts",
    "lib/snapshot/free_ids.ts",
    "lib/snapshot/sending.ts",
    "lib/flow_memory/directory.ts",
    "lib/flow_memory/leftovers.ts",
    "lib/store.ts",
    "lib/next_hops/kernel.ts",
    "lib/next_hops/own.ts",
    "lib/next_hops/answers.ts",
    "lib/client.ts",
    "lib/client/reader.ts",
    "lib/connect.ts",
  ],
  ["lib/client/", "lib/store/", "lib/upgrade/link.ts"],
  ["lib/counter_names.ts", "lib/vip_details.ts", "lib/history.ts"],
  ["lib/events.ts"],
  ["lib/health/book.ts"],
  ["lib/question.ts"],
  ["lib/change.ts", "lib/status.ts", "lib/upgrade/view.ts"],
  ["lib/condition.ts"],
  ["lib/native.ts"],
  ["ffi/"],
  [
    "lib/maglev.ts",
    "lib/config.ts",
    "lib/config/rules.ts",
    "lib/config/rules/",
    "lib/config/parts.ts",
    "lib/config/services.ts",
    "lib/config/encaps.ts",
    "lib/config/health.ts",
    "lib/config/problems.ts",
    "lib/config/problem_lines.ts",
    "lib/config/yaml_diff.ts",
    "lib/config/json_schema.ts",
    "lib/config/diff.ts",
    "lib/config/diff_words.ts",
  ],
  [
    "lib/config/schema.ts",
    "lib/config/descriptions.ts",
    "lib/dataplane.ts",
    "lib/dataplane/",
    "lib/config/device.ts",
    "lib/pcap/",
  ],
  ["lib/devices.ts"],
  [
    "lib/refused.ts",
    "lib/caller.ts",
    "lib/vip_name.ts",
    "lib/stuck_words.ts",
    "lib/yaml.ts",
    "lib/line_diff.ts",
    "lib/log.ts",
    "lib/config/nearest.ts",
    "lib/config/statuses.ts",
    "lib/paths.ts",
    "lib/early/words.ts",
    "lib/upgrade/variable.ts",
    "lib/machine.ts",
    "lib/own_files.ts",
  ],
  ["lib/launchers.ts", "lib/log/"],
  ["lib/packet_fields.ts"],
  ["lib/packet_fields/"],
  ["lib/net.ts", "lib/version.ts"],
  ["lib/shown.ts"],
  ["deno.json"],
];

/** The only files that may name a library; a folder stands for all in it. */
const LIBRARIES: Record<string, string[]> = {
  "@commander-js/extra-typings": ["lib/cli/mod.ts"],
  "@hono/zod-openapi": ["lib/http.ts"],
  "@logtape/logtape": ["lib/log.ts"],
  "diff": ["lib/line_diff.ts"],
  "hono": ["lib/http.ts", "routes/"],
  "ipaddr.js": ["lib/net.ts"],
  "node:sqlite": ["lib/store/"],
  "preact": ["routes/"],
  "preact-render-to-string": ["lib/http.ts", "routes/"],
  "prom-client": ["lib/metrics.ts"],
  "uplot": ["routes/(islands)/graph.tsx"],
  "slice-ansi": ["lib/cli/width.ts"],
  "string-width": ["lib/cli/width.ts"],
  "yaml": ["lib/yaml.ts"],
  "zod": [
    "lib/config/schema.ts",
    "lib/config/problems.ts",
    "lib/config/json_schema.ts",
    "lib/http.ts",
    "routes/",
  ],
};

/** What the data plane's implementation may know of the product. */
const FFI_KNOWS = ["lib/dataplane.ts", "lib/net.ts", "lib/own_files.ts"];

/** C: the packet steps. */
const STEPS = ["parse", "vip", "flow", "encap"];

function within(path: string, places: string[]): boolean {
  return places.some((place) => place.endsWith("/") ? path.startsWith(place) : path === place);
}

function layerOf(path: string): number {
  return LAYERS.findIndex((places) => within(path, places));
}

/** `hono` of `hono/cors`, `@a/b` of `@a/b/c`; null for a module of the project. */
function libraryOf(path: string): string | null {
  if (/^node:/.test(path)) return path;
  if (/^(lib|ffi|routes|tests)\/|^main\.ts$|^deno\.json$/.test(path)) return null;
  return path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/");
}

const graph = () => moduleGraph(["main.ts", "lib", "ffi", "routes"]);

function words(imports: Import[]): string[] {
  return imports.map(({ from, to }) => `${from} imports ${to}`);
}

Deno.test("every module has a layer", async () => {
  const files = await sourceFiles(["main.ts", "lib", "ffi", "routes"], [".ts", ".tsx"]);
  assert.deepEqual(files.filter((file) => layerOf(file) < 0), []);
});

Deno.test("imports point down only", async () => {
  const upward = (await graph()).filter(({ from, to }) =>
    libraryOf(to) === null && layerOf(to) < layerOf(from)
  );
  assert.deepEqual(words(upward), []);
});

Deno.test("no module needs itself, by whatever way round", async () => {
  const needs = Map.groupBy((await graph()).filter((one) => !one.typeOnly), ({ from }) => from);
  const done = new Set<string>();
  const visit = (path: string, way: string[]) => {
    assert.ok(!way.includes(path), [...way, path].join(" → "));
    if (done.has(path)) return;
    for (const { to } of needs.get(path) ?? []) visit(to, [...way, path]);
    done.add(path);
  };
  for (const path of needs.keys()) visit(path, []);
});

Deno.test("each library is named in its own place only", async () => {
  const stray = (await graph()).filter(({ from, to }) => {
    const library = libraryOf(to);
    if (library === null) return false;
    const places = LIBRARIES[library];
    return places ? !within(from, places) : !library.startsWith("node:");
  });
  assert.deepEqual(words(stray), []);
});

Deno.test("one file of the product imports the data plane's implementation", async () => {
  const into = (await graph()).filter(({ from, to }) =>
    to.startsWith("ffi/") && !from.startsWith("ffi/")
  );
  assert.deepEqual(
    [...new Set(into.map(({ from }) => from))].filter((f) => f !== "lib/native.ts"),
    [],
  );
});

Deno.test("the data plane's implementation knows the interface only", async () => {
  const out = (await graph()).filter(({ from, to }) =>
    from.startsWith("ffi/") && to.startsWith("lib/") && !FFI_KNOWS.includes(to)
  );
  assert.deepEqual(words(out), []);
});

Deno.test("only the worker includes several packet steps", async () => {
  for (const step of STEPS) {
    const text = await readSource(`shim/${step}.c`);
    const others = STEPS.filter((one) => one !== step && text.includes(`#include "${one}.h"`));
    assert.deepEqual(others, [], `shim/${step}.c includes another step's header`);
  }
});

/** Files that the Makefile builds with DPDK's headers. */
async function dpdkFiles(): Promise<string[]> {
  const line = /^DPDK_SRC := \$\(wildcard (.*)\)$/m.exec(await readSource("shim/Makefile"));
  assert.ok(line, "shim/Makefile no longer names its DPDK_SRC");
  return line[1]!.split(" ").map((name) => `shim/${name}`);
}

Deno.test("the packet steps build without DPDK", async () => {
  const sees = await dpdkFiles();
  for (const step of [...STEPS, "worker"]) assert.ok(!sees.includes(`shim/${step}.c`), step);
  const files = await sourceFiles(["shim"], [".c", ".h"]);
  for (const file of files.filter((one) => !sees.includes(one) && one !== "shim/real.h")) {
    const text = await readSource(file);
    const stray = /#include\s+(<(rte_|ethdev|bus_)|"real\.h")/.exec(text);
    assert.ok(!stray, `${file} includes a header of DPDK`);
  }
});
