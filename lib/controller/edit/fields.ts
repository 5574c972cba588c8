/**
 * Fields over fields.
 *
 * @module
 */

/**
 * What was there with what is given over it; null takes a field away. What is no mapping of fields is given on as it
 * is, for the schema to refuse.
 */
export function merged(there: object, given: unknown): unknown {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
  const fields = Object.entries({ ...there, ...given });
  return Object.fromEntries(fields.filter(([, value]) => value !== null));
}
