/**
 * How a request is written: its address, parameters and body.
 *
 * @module
 */

/** What is sent along. */
export interface Body {
  text: string;
  type: "yaml" | "json";
}

/** A value as a body. */
export function jsonBody(value: unknown): Body {
  return { text: JSON.stringify(value), type: "json" };
}

/** Where a VIP is, below `/api/v1/`. */
export function vipPath(name: string): string {
  return `vips/${encodeURIComponent(name)}`;
}

/** Where an interface is. */
export function interfacePath(name: string): string {
  return `interfaces/${encodeURIComponent(name)}`;
}

/** Where a server is. */
export function serverPath(vip: string, address: string): string {
  return `${vipPath(vip)}/servers/${encodeURIComponent(address)}`;
}

/** The parameters behind a `?`, without those that are not given; a list is its name as often as it has values. */
export function search(
  values: Record<string, string | number | boolean | string[] | undefined>,
): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, String(one)])
  );
  const text = new URLSearchParams(given).toString();
  return text === "" ? "" : `?${text}`;
}

/** A list as a parameter: an empty one asks for none, where without it all are told. */
export function orNone(names: readonly string[] | undefined): string[] | undefined {
  return names && (names.length > 0 ? [...names] : [""]);
}
