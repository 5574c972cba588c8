/**
 * An interface as a form's fields, and back.
 *
 * @module
 */
import type { InterfaceConfig } from "../../lib/config.ts";
import { SNATS } from "../../lib/dataplane.ts";
import type { FormValues } from "./form.ts";
import { flagOf, textOf } from "./values.ts";

/** What was left empty has its default. */
export function interfaceOf(form: URLSearchParams): Record<string, unknown> {
  const mac = textOf(form, "next_hop.mac");
  return {
    device: textOf(form, "device") ?? "",
    ...mac === null ? {} : { next_hop: { mac } },
    snat: SNATS.filter((one) => flagOf(form, `snat.${one}`)),
  };
}

/** What stands in the form of an interface that is there. */
export function valuesOfInterface({ device, next_hop, snat }: InterfaceConfig): FormValues {
  return {
    device,
    "next_hop.mac": next_hop?.mac,
    ...Object.fromEntries(snat.map((one) => [`snat.${one}`, "on"])),
  };
}
