/**
 * The shape of a configuration and its parts as JSON Schema (2020-12), made from the schemas that validate.
 *
 * @module
 */
import { z } from "zod";
import { DESCRIPTIONS } from "./descriptions.ts";
import { configSchema } from "./schema.ts";

/** A JSON Schema, as far as configurations need it. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  [keyword: string]: unknown;
}

/** What a schema takes. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" });
  return json as JsonSchema;
}

/** A value, or a list of such. */
export function oneOrMore(schema: JsonSchema): JsonSchema {
  return { oneOf: [schema, { type: "array", items: schema }] };
}

/** A part by its place, as {@linkcode DESCRIPTIONS} names it: `""`, `conf`, `interfaces.*`, `vips[].servers[]`. */
export function partSchema(place: string): JsonSchema {
  const steps = place === "" ? [] : place.replaceAll("[]", ".[]").split(".");
  return describe(steps.reduce(step, jsonSchema(configSchema)), place);
}

/**
 * The same for a change of the part: every field may be left out, and null takes one away where it has no other way
 * to be absent.
 */
export function changeSchema(place: string, without: readonly string[] = []): JsonSchema {
  const { required: _, properties = {}, ...part } = partSchema(place);
  const fields = Object.entries(properties).filter(([name]) => !without.includes(name));
  return { ...part, properties: Object.fromEntries(fields.map(orNull)) };
}

function orNull([name, schema]: [string, JsonSchema]): [string, JsonSchema] {
  const { default: _, ...field } = schema;
  if (typeof field.type !== "string") return [name, field];
  const { enum: values } = field;
  const more = Array.isArray(values) ? { enum: [...values, null] } : {};
  return [name, { ...field, ...more, type: [field.type, "null"] }];
}

function step(schema: JsonSchema, name: string): JsonSchema {
  const found = name === "[]"
    ? schema.items
    : name === "*"
    ? schema.additionalProperties
    : schema.properties?.[name];
  if (typeof found === "boolean") throw new Error(`no part of a configuration: ${name}`);
  if (found === undefined) throw new Error(`no part of a configuration: ${name}`);
  return found;
}

function describe(schema: JsonSchema, place: string): JsonSchema {
  const { properties, additionalProperties, items, ...rest } = schema;
  const description = DESCRIPTIONS[place];
  const below = (name: string) => place === "" ? name : `${place}.${name}`;
  return {
    ...rest,
    ...(description === undefined ? {} : { description }),
    ...(properties === undefined ? {} : {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, describe(field, below(name))]),
      ),
    }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: describe(additionalProperties, below("*")) }
      : additionalProperties === undefined
      ? {}
      : { additionalProperties }),
    ...(items === undefined ? {} : { items: describe(items, `${place}[]`) }),
  };
}
