import type { FormState } from "../../(page)/form.ts";
import { Choice, Field, TextField } from "../form.tsx";
import { Question } from "../question.tsx";

export const ENDS_FIELDS = ["source", "destination", "protocol", "size", "interface"] as const;

interface AskProps {
  state: FormState;
  /** Where it could come in. */
  interfaces: string[];
  /** Such as it could be. */
  example: { source: string; destination: string };
  /** The packet that was traced: hex digits. */
  frame: string | null;
}

/** Which packet: by its ends, or byte by byte. */
export function AskTrace({ state, interfaces, example, frame }: AskProps) {
  return (
    <section class="card">
      <Question
        name="trace"
        state={withoutFrame(state)}
        fields={ENDS_FIELDS}
        action="/flows/trace"
        class="trace-ends"
      >
        <Field
          name="source"
          type="search"
          label="From"
          placeholder={example.source}
          hint="Address and port; for ICMP an address"
          required
        />
        <Field
          name="destination"
          label="To"
          placeholder={example.destination}
          hint="The same, of a VIP"
          required
        />
        <Choice
          name="protocol"
          label="Protocol"
          options={[["tcp", "TCP, SYN"], ["udp", "UDP"], ["icmp", "ICMP, echo request"]]}
        />
        <Field
          name="size"
          type="number"
          label="Size"
          placeholder="least"
          hint="Bytes of the IP packet"
        />
        {interfaces.length < 2 ? null : (
          <Choice
            name="interface"
            label="Comes in at"
            options={interfaces.map((name) => [name, name])}
          />
        )}
        <div class="actions">
          <button type="submit" class="primary">Trace</button>
          <span class="muted">Nothing is sent, remembered or counted.</span>
        </div>
      </Question>
      <Bytes state={state} frame={frame} />
    </section>
  );
}

/** Folded, unless the packet came that way: any byte of the last packet can be changed. */
function Bytes({ state, frame }: Pick<AskProps, "state" | "frame">) {
  const given = state.values.get("frame");
  const values = new URLSearchParams({ frame: given ?? spaced(frame ?? "") });
  return (
    <details class="folded" open={given !== null}>
      <summary>
        {frame === null ? "A frame byte by byte" : "Change any byte of this packet"}
      </summary>
      <Question
        name="frame"
        state={{ ...state, values, problems: given === null ? [] : state.problems }}
        fields={["frame"]}
        action="/flows/trace"
        class="trace-frame"
      >
        <TextField
          name="frame"
          rows={5}
          label="Frame"
          hint="Pairs of hex digits from the Ethernet header on; space and colons do not matter"
          required
        />
        <div class="actions">
          <button type="submit">Trace this frame</button>
        </div>
      </Question>
    </details>
  );
}

/** What is wrong with a frame stands beside the frame. */
function withoutFrame(state: FormState): FormState {
  return state.values.has("frame") ? { ...state, problems: [] } : state;
}

/** Short ones in lines of 16 bytes; long ones as they are, since they travel in the address. */
function spaced(digits: string): string {
  if (digits.length > 2000) return digits;
  return digits.replaceAll(/(..)(?=.)/g, "$1 ").replaceAll(/(.{47}) /g, "$1\n");
}
