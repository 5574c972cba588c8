import { DESCRIPTIONS } from "../../lib/config/descriptions.ts";
import { Choice, Field } from "./form.tsx";
import { Only, Part } from "./form_part.tsx";

const hint = (name: string) => DESCRIPTIONS[`vips[].health.${name}`] ?? "";

/** How servers are asked whether they are well. */
export function HealthFields() {
  return (
    <Part title="Health check">
      <Choice
        name="health.type"
        label="Check"
        hint={hint("type")}
        options={[
          ["", "none: nobody asks them"],
          ["tcp", "tcp"],
          ["http", "http"],
          ["https", "https"],
          ["udp", "udp"],
        ]}
      />
      <Only with="check">
        <Text name="port" label="Port of the check" placeholder="the servers'" number />
      </Only>
      <Only with="web">
        <Text name="path" label="Path" placeholder="/" />
        <Text name="host" label="Host" placeholder="the server's address" />
        <Text name="expect" label="Statuses that are well" placeholder="200-399" />
      </Only>
      <Only with="udp">
        <Text name="send" label="Bytes to send" placeholder="00ff" />
      </Only>
      <Only with="check">
        <Text name="interval" label="Interval, seconds" placeholder="2" number />
        <Text name="timeout" label="Timeout, seconds" placeholder="1" number />
        <Text name="rise" label="Rise" placeholder="2" number />
        <Text name="fall" label="Fall" placeholder="3" number />
        <Choice
          name="health.on_down"
          label="Flows of a server that goes down"
          hint={hint("on_down")}
          options={[["", "keep unless given"], ["keep", "keep"], ["flush", "flush"]]}
        />
      </Only>
    </Part>
  );
}

interface TextProps {
  name: string;
  label: string;
  placeholder: string;
  number?: boolean;
}

function Text({ name, number = false, ...rest }: TextProps) {
  const type = number ? "number" : "text";
  return <Field {...rest} name={`health.${name}`} hint={hint(name)} type={type} />;
}
