import type { Applied } from "../../../lib/change.ts";
import { PlanView } from "../plan.tsx";
import { plainHref } from "./row_actions.tsx";

/** What the weights in the list below would change; its button sends that form. */
export function WeightsPreview({ applied, url }: { applied: Applied; url: URL }) {
  return (
    <section class="card" id="do">
      <div class="head">
        <h2>New weights</h2>
        <p>As they stand in the list below.</p>
      </div>
      <div class="padded">
        <PlanView applied={applied} />
        <div class="actions">
          <button type="submit" form="form-weights" name="act" value="apply" class="primary">
            Apply
          </button>
          <a href={plainHref(url)}>Cancel</a>
        </div>
      </div>
    </section>
  );
}
