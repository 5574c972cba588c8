import type { TraceStep, TraceView } from "../../../lib/question.ts";
import { vipHref } from "../links.ts";

/** What becomes of the packet, in a sentence and step by step. */
export function Verdict({ trace }: { trace: TraceView }) {
  const { verdict, vip, steps } = trace;
  return (
    <section class="card verdict" id="verdict">
      <div class="head">
        <h2>
          <span class={`state ${stateOf(verdict)}`}>{sentence(trace)}</span>
        </h2>
        <span class="tag">{verdict}</span>
        {vip === null ? null : (
          <p>
            <a href={vipHref(vip)}>{vip}</a>
          </p>
        )}
      </div>
      <ol class="steps">
        {steps.map((one, at) => <Step key={at} {...one} verdict={verdict} />)}
      </ol>
    </section>
  );
}

function Step({ step, text, verdict }: TraceStep & { verdict: string }) {
  const state = step === "verdict" ? stateOf(verdict) : "";
  return (
    <li class={`step ${state}`}>
      <b>{WORDS[step]}</b>
      <span>{step === "verdict" ? text.slice(text.indexOf(": ") + 2) : text}</span>
    </li>
  );
}

const WORDS: Record<TraceStep["step"], string> = {
  receive: "Comes in",
  vip: "VIP",
  flow: "Flow",
  table: "Table",
  server: "Server",
  verdict: "Verdict",
  send: "Leaves",
};

function sentence({ verdict, text, server, out }: TraceView): string {
  const port = out[0]?.interface;
  if (verdict === "forwarded") return `Goes to server ${server}${port ? `, out of ${port}` : ""}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function stateOf(verdict: string): string {
  if (verdict.startsWith("drop_")) return "lost";
  if (verdict.startsWith("left_")) return "removed";
  return verdict.startsWith("held_") ? "draining" : "active";
}
