import type { JsonSchema } from "../../lib/config/json_schema.ts";

/** Schemas by the names that others refer to them by. */
export type Schemas = Record<string, JsonSchema>;

interface Field {
  name: string;
  schema: JsonSchema;
  required: boolean;
}

/** The fields of a schema, those of its parts below it: `servers[].weight`. */
export function SchemaFields({ schema, schemas }: { schema: JsonSchema; schemas: Schemas }) {
  const fields = fieldsOf(resolve(schema, schemas), schemas, "");
  if (fields.length === 0) return <p class="hint">{typeOf(schema, schemas)}</p>;
  return (
    <table class="fields">
      <thead>
        <tr>
          <th>Field</th>
          <th>Value</th>
          <th>Default</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row">
              <code>{field.name}</code>
            </th>
            <td data-label="Value">{typeOf(field.schema, schemas)}</td>
            <td data-label="Default">{defaultOf(field)}</td>
            <td class="text">{resolve(field.schema, schemas).description ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the name refers to. */
export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = typeof schema.$ref === "string" ? schema.$ref.split("/").at(-1)! : null;
  return name === null ? schema : schemas[name] ?? {};
}

function fieldsOf(schema: JsonSchema, schemas: Schemas, before: string): Field[] {
  const { properties = {}, required = [], items, additionalProperties, oneOf } = schema;
  const below = (part: JsonSchema, name: string) => fieldsOf(resolve(part, schemas), schemas, name);
  const own = Object.entries(properties).flatMap(([name, part]) => {
    const field = { name: before + name, schema: part, required: required.includes(name) };
    return [field, ...below(part, `${before}${name}.`)];
  });
  const inList = items === undefined ? [] : below(items, before.replace(/\.?$/, "[]."));
  const byName = typeof additionalProperties === "object"
    ? below(additionalProperties, `${before}NAME.`)
    : [];
  const first = Array.isArray(oneOf) ? below(oneOf[0] as JsonSchema, before) : [];
  return [...own, ...inList, ...byName, ...first];
}

/** `gre4, gre6 or null`, `1 to 65535`, `list of text` */
export function typeOf(given: JsonSchema, schemas: Schemas): string {
  const schema = resolve(given, schemas);
  const { type, items, minimum, maximum, oneOf, additionalProperties } = schema;
  if (Array.isArray(schema.enum)) return either(schema.enum.map(String));
  if (Array.isArray(oneOf)) {
    return either(oneOf.map((one) => typeOf(one as JsonSchema, schemas)));
  }
  const [first = "anything", ...rest] = [type ?? []].flat();
  if (first === "array") return `list of ${items ? typeOf(items, schemas) : "anything"}`;
  if (first === "object" && typeof additionalProperties === "object") {
    return `by name: ${typeOf(additionalProperties, schemas)}`;
  }
  const limited = typeof minimum === "number" && typeof maximum === "number" &&
    maximum < Number.MAX_SAFE_INTEGER;
  const words = limited ? `${minimum} to ${maximum}` : WORDS[first] ?? first;
  return either([words, ...rest]);
}

const WORDS: Record<string, string> = {
  string: "text",
  integer: "whole number",
  boolean: "true or false",
};

function either(words: string[]): string {
  const last = words.at(-1)!;
  return words.length === 1 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

function defaultOf({ schema, required }: Field): string {
  if (required) return "needed";
  const { default: value } = schema;
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
