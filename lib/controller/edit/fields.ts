/**
 * Fields over fields.
 *
 * @module
 */

/**
 * What was there with what is given over it, mappings right within it likewise; null takes a field away (as RFC 7396
 * has it). What is no mapping of fields is given on as it is, for the schema to refuse.
 */
export function merged(there: object, given: unknown): unknown {
  return over(there, given, (before, value) => over(before, value, (_, inmost) => inmost));
}

function over(
  there: unknown,
  given: unknown,
  below: (there: unknown, given: unknown) => unknown,
): unknown {
  if (!isMapping(given)) return given;
  const fields = new Map(Object.entries(isMapping(there) ? there : {}));
  for (const [name, value] of Object.entries(given)) {
    if (value === null) fields.delete(name);
    else fields.set(name, below(fields.get(name), value));
  }
  return Object.fromEntries(fields);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
