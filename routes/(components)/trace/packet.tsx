/** A packet byte by byte, and its fields; drawn on the server and in browsers alike. */
import type { PacketField } from "../../../lib/packet_fields.ts";
import { hexBytes } from "../../../lib/packet_fields/hex.ts";
import { FieldTable } from "./fields.tsx";
import { markClass, type Pointing, type Way } from "./pointing.ts";
import { type Run, runsOf } from "./runs.ts";

export interface PacketProps {
  way: Way;
  /** Hex digits. */
  bytes: string;
  fields: PacketField[];
}

/** Offsets and bytes, then the table of fields. */
export function Packet(
  { way, bytes, fields, pointing = null }: PacketProps & { pointing?: Pointing | null },
) {
  return (
    <div
      class="packet"
      onMouseLeave={pointing === null ? undefined : () => pointing.point([])}
    >
      <Hex way={way} bytes={hexBytes(bytes)} fields={fields} pointing={pointing} />
      <FieldTable way={way} bytes={hexBytes(bytes)} fields={fields} pointing={pointing} />
    </div>
  );
}

interface HexProps {
  way: Way;
  bytes: Uint8Array;
  fields: PacketField[];
  pointing: Pointing | null;
}

/** Sixteen bytes a line; eight where there is no room for more. */
function Hex({ way, bytes, fields, pointing }: HexProps) {
  const halves = runsOf(bytes, fields);
  return (
    <div class="hex" role="group" aria-label="Bytes" tabindex={0}>
      {halves.map((runs, at) => (
        <span key={at} class="half">
          <span class="offset">{(at * 8).toString(16).padStart(4, "0")}</span>
          {runs.map((run) => <Bytes key={run.at} way={way} run={run} pointing={pointing} />)}
        </span>
      ))}
    </div>
  );
}

function Bytes({ way, run, pointing }: { way: Way; run: Run; pointing: Pointing | null }) {
  const on = run.fields.some((field) => pointing?.active.has(field)) ? "on" : "";
  return (
    <span
      class={`run ${markClass(way, run.changed)} ${run.layer % 2 === 0 ? "even" : "odd"} ${on}`}
      onMouseEnter={pointing === null ? undefined : () => pointing.point(run.fields)}
    >
      {run.text}
    </span>
  );
}
