import { DESCRIPTIONS } from "../../lib/config/descriptions.ts";
import { DF_POLICIES, type Encap, ENCAPS } from "../../lib/dataplane.ts";
import { Check, Choice, Field, TextField } from "./form.tsx";
import { HealthFields } from "./health_form.tsx";
import { Only, Part } from "./form_part.tsx";

const hint = (name: string) => DESCRIPTIONS[`vips[].${name}`] ?? "";

const ENCAP_WORDS: Record<Encap, string> = {
  gre4: "gre4: in GRE over IPv4",
  gre6: "gre6: in GRE over IPv6",
  l3dsr: "l3dsr: marked by DSCP",
  nat4: "nat4: translated, IPv4",
  nat6: "nat6: translated, IPv6",
  ipip: "ipip: in IP",
  gue: "gue: in UDP (GUE)",
};

/** The fields of a VIP. Without JavaScript all stand there; hints tell what goes with what. */
export function VipFields({ isNew }: { isNew: boolean }) {
  return (
    <>
      {isNew ? <Which /> : null}
      <Part title="How packets reach the servers">
        <Choice
          name="encap"
          label="Encap"
          hint="What the servers can take apart"
          options={ENCAPS.map((encap) => [encap, ENCAP_WORDS[encap]])}
        />
        <Only with="l3dsr">
          <Field name="dscp" label="DSCP" hint={hint("dscp")} type="number" min={0} max={63} />
        </Only>
        <Only with="nat">
          <NatFields />
        </Only>
        <Only with="tunnel">
          <TunnelFields />
        </Only>
        <Choice
          name="icmp_echo"
          label="Pings to it"
          hint={hint("icmp_echo")}
          options={[["reply", "reply: Guideway answers"], ["forward", "forward: a server answers"]]}
        />
      </Part>
      <Part title="How flows are spread">
        <Field
          name="new_len"
          label="Slots (new_len)"
          hint={hint("new_len")}
          type="number"
          placeholder="1024"
        />
        <Check name="src_ip_sticky" label="Sticky" hint={hint("src_ip_sticky")} />
      </Part>
      <HealthFields />
      {isNew ? <Servers /> : null}
    </>
  );
}

function Which() {
  return (
    <Part title="Which packets">
      <Field name="prefix" label="Prefix" hint={hint("prefix")} placeholder="90.0.0.0/8" required />
      <Choice
        name="protocol"
        label="Protocol"
        hint="Of the port; any is both TCP and UDP"
        options={[["", "any"], ["tcp", "tcp"], ["udp", "udp"]]}
      />
      <Field
        name="port"
        label="Port"
        hint={hint("port")}
        type="number"
        placeholder="all"
        min={1}
        max={65_535}
      />
    </Part>
  );
}

function NatFields() {
  const port = { type: "number", min: 1, max: 65_535 } as const;
  return (
    <>
      <Field name="target_port" label="Servers' port" hint={hint("target_port")} {...port} />
      <Choice
        name="type"
        label="Type"
        hint={hint("type")}
        options={[["", "clusterip unless given"], ["clusterip", "clusterip"], [
          "nodeport",
          "nodeport",
        ]]}
      />
      <Field name="node_port" label="Node port" hint={hint("node_port")} {...port} />
    </>
  );
}

function TunnelFields() {
  return (
    <>
      <Field
        name="ttl"
        label="Outer TTL"
        hint={hint("ttl")}
        type="number"
        placeholder="64"
        min={1}
        max={255}
      />
      <Choice
        name="df"
        label="Outer don't-fragment"
        hint={hint("df")}
        options={[
          ["", "copy unless given"],
          ...DF_POLICIES.map((one): [string, string] => [
            one,
            one,
          ]),
        ]}
      />
    </>
  );
}

function Servers() {
  return (
    <Part title="Servers">
      <div class="whole">
        <TextField
          name="servers"
          label="Servers, one a line"
          hint="Address, and behind a space its weight, 0 to 100; 100 unless given. Others can be added later"
        />
      </div>
    </Part>
  );
}
