import { DESCRIPTIONS } from "../../lib/config/descriptions.ts";
import { SNATS } from "../../lib/dataplane.ts";
import type { DeviceView } from "../../lib/devices.ts";
import { Check, Field } from "./form.tsx";
import { Part } from "./form_part.tsx";

const hint = (name: string) => DESCRIPTIONS[`interfaces.*.${name}`] ?? "";

/** The fields of an interface. @param devices Of this machine: what may be meant. */
export function InterfaceFields({ devices, isNew }: { devices: DeviceView[]; isNew: boolean }) {
  const free = devices.filter((one) => one.interface === null).map(({ device }) => device);
  return (
    <>
      <Part title="Which port">
        {isNew
          ? (
            <Field
              name="name"
              label="Name"
              hint="What it is called here: a letter first, then letters, digits, . _ -"
              placeholder="net0"
              required
            />
          )
          : null}
        <Field
          name="device"
          label="Device"
          hint={`${hint("device")}. ${freeWords(free)}`}
          placeholder={free[0] ?? "af_packet:eth1"}
          suggestions={free}
          required
        />
      </Part>
      <Part title="Where packets go">
        <Field
          name="next_hop.mac"
          path="next_hop"
          label="Next hop, a MAC address"
          hint={hint("next_hop")}
          placeholder="as the kernel knows"
        />
        {SNATS.map((one) => (
          <Check
            key={one}
            name={`snat.${one}`}
            label={`snat ${one}`}
            hint={`Answers of ${one} servers that come in here leave from their VIP`}
          />
        ))}
      </Part>
    </>
  );
}

function freeWords(free: string[]): string {
  if (free.length === 0) return "No link of this machine is free";
  const more = free.length - 6;
  return `Free on this machine: ${free.slice(0, 6).join(", ")}${more > 0 ? `, ${more} more` : ""}`;
}
