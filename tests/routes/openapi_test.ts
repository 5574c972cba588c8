/** REST as its own OpenAPI document describes it: all of it is called, rightly and wrongly. */
import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import type { JsonSchema } from "../../lib/config/json_schema.ts";
import { CONFIG, Site } from "./site.ts";
import { resolve, type Schemas } from "../../routes/(components)/schema_fields.tsx";
import { fitting, wrong } from "./schemas.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: JsonSchema;
}

interface Operation {
  tags: string[];
  summary: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Schemas };
}

const RUNS = Number(Deno.env.get("OPENAPI_RUNS") ?? 60);

const read = async (site: Site) => (await site.ask("GET", "/api/v1/openapi.json")).body as Document;

const operations = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    }))
  );

/** The document once, to make a test of each operation. */
const DOCUMENT = await (async () => {
  await using site = await Site.open();
  return await read(site);
})();
const SCHEMAS = DOCUMENT.components.schemas;

/** Says what of a value does not fit a schema of the document; null: nothing. */
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "https://guideway/", components: DOCUMENT.components });
function misfits(schema: JsonSchema, value: unknown): string | null {
  const text = JSON.stringify(schema).replaceAll('"#/', '"https://guideway/#/');
  const validate = ajv.compile(JSON.parse(text));
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

const bodyOf = ({ requestBody }: Operation): JsonSchema | null =>
  requestBody?.content["application/json"]?.schema ?? null;

const isStream = ({ responses }: Operation) =>
  "text/event-stream" in (responses["200"]?.content ?? {});

const EXAMPLES: Record<string, string> = {
  vip: "90.0.0.0/8",
  interface: "net0",
  address: "10.0.0.1",
  revision: "1",
  name: "ann",
};
/** Refused over TCP. */
const UNIX_ONLY = new Set(["POST /api/v1/upgrade"]);
const QUERY: Record<string, string> = { source: "203.0.113.7:4", destination: "90.1.1.1:80" };

/** The address with values in its places; what must be asked for is. */
function addressOf(path: string, { parameters = [] }: Operation, values = EXAMPLES): string {
  const where = path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(values[name]!),
  );
  const query = parameters.filter((one) => one.in === "query" && one.required)
    .map(({ name }) => `${name}=${encodeURIComponent(QUERY[name]!)}`);
  return query.length === 0 ? where : `${where}?${query.join("&")}`;
}

Deno.test("REST is described by OpenAPI 3.1, each operation in words and with all its parts", () => {
  assert.match(DOCUMENT.openapi, /^3\.1\./);
  assert.equal(DOCUMENT.info.title, "Guideway");
  const text = JSON.stringify(DOCUMENT);
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  assert.deepEqual(
    referred.filter((name) => !(name in SCHEMAS)),
    [],
    "nothing is referred to in vain",
  );
  for (const { name, path, operation } of operations(DOCUMENT)) {
    assert.ok(operation.summary && operation.tags.length === 1, name);
    assert.ok(operation.responses["200"], name);
    const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, place]) => place);
    const given = (operation.parameters ?? []).filter((one) => one.in === "path");
    assert.deepEqual(given.map((one) => one.name), places, name);
  }
});

Deno.test("every field that a configuration can have is described in words", () => {
  const nameless = (schema: JsonSchema, place: string): string[] => {
    const { properties = {}, items, additionalProperties } = schema;
    const below = Object.entries(properties).flatMap(([name, field]) => [
      ...field.description ? [] : [`${place}.${name}`],
      ...nameless(field, `${place}.${name}`),
    ]);
    const parts = [items, additionalProperties].filter((part) => typeof part === "object");
    return [...below, ...parts.flatMap((part) => nameless(part, `${place}[]`))];
  };
  assert.deepEqual(nameless(SCHEMAS.Config!, ""), []);
});

for (const { name, method, path, operation } of operations(DOCUMENT)) {
  const body = bodyOf(operation);
  if (isStream(operation)) continue; // events_test.ts
  Deno.test(`${name}: the example is served, and its answer is as described`, async () => {
    await using site = await Site.open();
    site.access.tokens.add({ name: "ann", scope: "read", expires: null });
    const value = body && (resolve(body, SCHEMAS).examples as unknown[])[0];
    if (body) assert.equal(misfits(body, value), null, "the example fits its own description");
    const answer = await site.ask(method, addressOf(path, operation), value ?? undefined);
    if (UNIX_ONLY.has(name)) return assertRefusal(answer.body, operation, answer.status);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const schema = operation.responses["200"]!.content!["application/json"]!.schema;
    assert.equal(misfits(schema, answer.body), null);
  });
  if (path.includes("{")) {
    Deno.test(`${name}: what is not there, or no name, is refused in words`, async () => {
      await using site = await Site.open();
      for (const odd of ["9.9.9.9/32", "x", "\u0000", "../..", "90.0.0.0/8 tcp", "é".repeat(300)]) {
        for (const place of Object.keys(EXAMPLES)) {
          const address = addressOf(path, operation, { ...EXAMPLES, [place]: odd });
          if (address === addressOf(path, operation)) continue;
          const value = body ? (resolve(body, SCHEMAS).examples as unknown[])[0] : undefined;
          const { status, body: answer } = await site.ask(method, address, value);
          assert.ok([400, 404, 409].includes(status) || status === 200, `${address}: ${status}`);
          if (status !== 200) assertRefusal(answer, operation, status);
        }
      }
    });
  }
  if (body) {
    Deno.test(`${name}: no body makes it fail, right or wrong (${RUNS} of each)`, async () => {
      await using site = await Site.open();
      const address = addressOf(path, operation);
      for (const values of [fitting(body, SCHEMAS), wrong(body, SCHEMAS)]) {
        await fc.assert(
          fc.asyncProperty(values, async (value) => {
            const before = site.controller.revision;
            const { status, body: answer } = await site.ask(method, address, value ?? null);
            if (status !== 200) {
              assertRefusal(answer, operation, status);
              assert.equal(site.controller.revision, before, "a refused change changes nothing");
            }
            await site.ask("PUT", "/api/v1/config", CONFIG);
          }),
          { numRuns: RUNS },
        );
      }
    });
  }
}

function assertRefusal(answer: unknown, operation: Operation, status: number): void {
  assert.ok(String(status) in operation.responses, `${status} is among the described answers`);
  assert.equal(misfits({ $ref: "#/components/schemas/Error" }, answer), null);
  assert.doesNotMatch(JSON.stringify(answer), /\.ts:\d|at async|node_modules/, "no stack");
}

for (const { name, method, path, operation } of operations(DOCUMENT)) {
  const query = (operation.parameters ?? []).filter((one) => one.in === "query");
  if (query.length === 0 || isStream(operation)) continue;
  Deno.test(`${name}: no parameter makes it fail`, async () => {
    await using site = await Site.open();
    const odd = [
      "",
      "0",
      "-1",
      "x",
      "1e9",
      "9".repeat(400),
      "\u0000",
      "[::1]:80",
      "true",
      "%zz",
      "💥",
    ];
    for (const parameter of query) {
      for (const value of odd) {
        const given = new URLSearchParams({ [parameter.name]: value });
        const others = query.filter((one) => one.required && one !== parameter);
        for (const other of others) given.set(other.name, QUERY[other.name]!);
        const body = bodyOf(operation) ? CONFIG.vips[0] : undefined;
        const address = addressOf(path, { ...operation, parameters: [] });
        const { status, body: answer } = await site.ask(method, `${address}?${given}`, body);
        if (status !== 200) assertRefusal(answer, operation, status);
      }
    }
  });
}

Deno.test("each address serves what is described, and says so of anything else", async () => {
  await using site = await Site.open();
  for (const { path, operation } of operations(DOCUMENT)) {
    const answer = await site.ask("BREW", addressOf(path, operation));
    assert.equal(answer.status, 405, path);
    const allowed = answer.headers.get("allow")!.split(", ").sort();
    const described = Object.keys(DOCUMENT.paths[path]!).map((one) => one.toUpperCase());
    assert.deepEqual(allowed, described.sort());
  }
});
