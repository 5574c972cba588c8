import type { Api } from "../../lib/http.ts";
import type { PacketView, TraceQuery, TraceView } from "../../lib/question.ts";
import type { VipStatus } from "../../lib/status.ts";
import { FlowTabs } from "../(components)/flows/tabs.tsx";
import { endsTo } from "../(components)/flows/trace_href.ts";
import { Island } from "../(components)/island.tsx";
import { AskTrace } from "../(components)/trace/ask.tsx";
import { Packet } from "../(components)/trace/packet.tsx";
import type { Way } from "../(components)/trace/pointing.ts";
import { Verdict } from "../(components)/trace/verdict.tsx";
import { getPage, type Page } from "../(page)/page.tsx";
import { answered, asked } from "../(page)/question.ts";
import type { Visit } from "../(page)/visit.ts";

/** `/flows/trace`: where a packet would go, and why. */
export function route(api: Api): void {
  getPage(api, "/flows/trace", tracePage);
}

async function tracePage(visit: Visit): Promise<Page> {
  const { client, status } = visit;
  const query = queryOf(visit);
  const [{ state, answer }, { vips }] = await Promise.all([
    answered(visit, query === null ? null : () => client.trace(query)),
    client.vips({ limit: 1 }),
  ]);
  const body = (
    <>
      <div class="title">
        <h1>Where would this packet go?</h1>
        <FlowTabs here="/flows/trace" />
      </div>
      <AskTrace
        state={state}
        interfaces={status.interfaces.map(({ name }) => name)}
        example={exampleFor(vips[0])}
        frame={answer?.in.bytes ?? null}
      />
      {answer === null ? null : <Answer trace={answer} />}
    </>
  );
  return { title: "Trace", body, status: state.status };
}

function queryOf(visit: Visit): TraceQuery | null {
  const frame = asked(visit, "frame");
  if (frame !== null) return { frame };
  const [source, destination] = [asked(visit, "source"), asked(visit, "destination")];
  if (source === null && destination === null) return null;
  const [size, port] = [asked(visit, "size"), asked(visit, "interface")];
  return {
    source: source ?? "",
    destination: destination ?? "",
    // REST says what is wrong with another word.
    protocol: (asked(visit, "protocol") ?? "tcp") as "tcp",
    ...size === null ? {} : { size: Number(size) },
    ...port === null ? {} : { interface: port },
  };
}

function Answer({ trace }: { trace: TraceView }) {
  const { out } = trace;
  return (
    <>
      <Verdict trace={trace} />
      <div class="packets">
        <One way="in" packet={trace.in} title="In" differs={out.length > 0} />
        {out.map((packet, at) => (
          <One
            key={at}
            way="out"
            packet={packet}
            title={out.length === 1 ? "Out" : `Out, ${at + 1} of ${out.length}`}
            differs
          />
        ))}
        {out.length > 0 ? null : (
          <section class="card">
            <div class="head">
              <h2>Out</h2>
            </div>
            <p class="under">Nothing leaves.</p>
          </section>
        )}
      </div>
    </>
  );
}

interface OneProps {
  way: Way;
  packet: PacketView;
  title: string;
  /** Whether there is another one that it is held against. */
  differs: boolean;
}

function One({ way, packet, title, differs }: OneProps) {
  const { interface: port, bytes, fields } = packet;
  const props = { way, bytes, fields };
  const lone = way === "in" ? "gone" : "new";
  return (
    <section class={`card packet-${way}`}>
      <div class="head">
        <h2>{title}</h2>
        <p>{bytes.length / 2} bytes{port === null ? "" : ` at ${port}`}</p>
        {!differs ? null : (
          <p class="legend">
            <span class="differs value">changed</span> <span class={`differs ${lone}`}>{lone}</span>
          </p>
        )}
      </div>
      <Island name="packet" props={props}>
        <Packet {...props} />
      </Island>
    </section>
  );
}

/** As hints in the fields. */
function exampleFor(vip: VipStatus | undefined): { source: string; destination: string } {
  return endsTo(vip ?? { prefix: "90.1.2.3/32", port: null });
}
