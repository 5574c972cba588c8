import { bitsOf } from "../../../lib/packet_fields/bits.ts";
import type { PacketField } from "../../../lib/packet_fields.ts";
import { markClass, type Pointing, type Way } from "./pointing.ts";

interface FieldTableProps {
  way: Way;
  bytes: Uint8Array;
  fields: PacketField[];
  pointing: Pointing | null;
}

/** Fields by layer: which bytes, their name and value, and whether they differ. */
export function FieldTable({ fields, ...rest }: FieldTableProps) {
  return (
    <table class="packet-fields">
      <thead>
        <tr>
          <th scope="col" class="right">Bytes</th>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col">
            <span class="unseen">Differs</span>
          </th>
        </tr>
      </thead>
      {layersOf(fields).map(({ name, from }, at, all) => (
        <tbody key={from}>
          <tr class="layer">
            <th scope="rowgroup" colspan={4}>{name}</th>
          </tr>
          {fields.slice(from, all[at + 1]?.from).map((field, i) => (
            <Row key={from + i} field={field} index={from + i} last={fields.length - 1} {...rest} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

interface RowProps extends Omit<FieldTableProps, "fields"> {
  field: PacketField;
  /** Its place in the list, and that of the last. */
  index: number;
  last: number;
}

function Row({ way, bytes, field, index, last, pointing }: RowProps) {
  const { name, offset, length, bits, text, changed } = field;
  const mark = markClass(way, changed);
  const own = bits && length <= 2 ? bitsOf(bytes.subarray(offset, offset + length), bits) : null;
  return (
    <tr class={pointing?.active.has(index) ? "on" : ""} {...handlers(index, last, pointing)}>
      <td class="right number">{rangeOf(offset, length)}</td>
      <th scope="row">{name}</th>
      <td class="value">
        {text}
        {own === null ? null : <span class="bits">{own}</span>}
      </td>
      <td>{mark === "" ? null : <span class={`differs ${mark}`}>{MARKS[mark]}</span>}</td>
    </tr>
  );
}

const MARKS: Record<string, string> = { value: "changed", new: "new", gone: "gone" };

/** One row can be got at by Tab; arrows lead to the others. */
function handlers(index: number, last: number, pointing: Pointing | null) {
  if (pointing === null) return {};
  return {
    tabIndex: index === pointing.at ? 0 : -1,
    "data-field": index,
    onMouseEnter: () => pointing.point([index]),
    onFocus: () => pointing.point([index], true),
    onBlur: () => pointing.point([]),
    onKeyDown: (event: KeyboardEvent) => {
      const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: last }[event.key];
      const table = (event.currentTarget as HTMLElement).closest("table");
      const row = table?.querySelector<HTMLElement>(`[data-field="${to}"]`);
      if (!row) return;
      event.preventDefault();
      event.stopPropagation();
      row.focus();
    },
  };
}

function rangeOf(offset: number, length: number): string {
  return length === 1 ? String(offset) : `${offset}–${offset + length - 1}`;
}

/** Layers with the place of their first field. */
function layersOf(fields: PacketField[]): { name: string; from: number }[] {
  return fields.flatMap(({ layer }, at) =>
    layer === fields[at - 1]?.layer ? [] : [{ name: layer, from: at }]
  );
}
