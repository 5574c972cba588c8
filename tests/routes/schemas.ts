/**
 * Values that a JSON Schema takes, and values that it does not, for requests made from the description of REST.
 *
 * @module
 */
import fc from "fast-check";
import type { JsonSchema } from "../../lib/config/json_schema.ts";
import { resolve, type Schemas } from "../../routes/(components)/schema_fields.tsx";

/** Texts that fields of ours read, among others. */
const TEXTS = [
  "90.0.0.0/8",
  "2002::/16",
  "10.0.0.1",
  "2001:db8::1",
  "af_packet:eth1",
  "02:00:00:00:00:01",
  "tcp",
  "",
  "\u0000",
  "__proto__",
  "../../etc/passwd",
];

/** What the schema takes, as far as it says so. */
export function fitting(given: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const schema = resolve(given, schemas);
  const { type, items, properties, required = [], additionalProperties, oneOf } = schema;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (Array.isArray(oneOf)) {
    return fc.oneof(...oneOf.map((one) => fitting(one as JsonSchema, schemas)));
  }
  const kinds = [type ?? "object"].flat();
  return fc.oneof(...kinds.map((kind): fc.Arbitrary<unknown> => {
    if (kind === "null") return fc.constant(null);
    if (kind === "boolean") return fc.boolean();
    if (kind === "integer" || kind === "number") return numberOf(schema);
    if (kind === "string") return fc.oneof(fc.constantFrom(...TEXTS), fc.string());
    if (kind === "array") return fc.array(fitting(items ?? {}, schemas), { maxLength: 3 });
    if (typeof additionalProperties === "object") {
      return fc.dictionary(
        fc.constantFrom("net0", "a b", "constructor"),
        fitting(additionalProperties, schemas),
        { maxKeys: 2 },
      );
    }
    const fields = Object.entries(properties ?? {}).map(([name, field]) =>
      [name, fitting(field, schemas)] as const
    );
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  }));
}

function numberOf({ minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const min = typeof minimum === "number" ? minimum : -1000;
  const max = typeof maximum === "number" ? maximum : 100_000;
  const powers = [1, 2, 1024, 65_536].filter((power) => power >= min && power <= max);
  const any = fc.integer({ min: Math.ceil(min), max: Math.min(max, 2 ** 31 - 1) });
  return powers.length === 0 ? any : fc.oneof(any, fc.constantFrom(...powers));
}

/** Anything: values that fit with something wrong at a random place, and plain nonsense. */
export function wrong(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const broken = fc.tuple(fitting(schema, schemas), fc.jsonValue(), fc.infiniteStream(fc.nat()))
    .map(([value, other, steps]) => withOther(value, other, steps));
  return fc.oneof(broken, fc.jsonValue());
}

function withOther(value: unknown, other: unknown, steps: Iterator<number>): unknown {
  const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (names.length === 0 || (steps.next().value as number) % 4 === 0) return other;
  const name = names[(steps.next().value as number) % names.length]!;
  const copy: Record<string, unknown> = structuredClone(value) as Record<string, unknown>;
  copy[name] = withOther(copy[name], other, steps);
  return copy;
}
