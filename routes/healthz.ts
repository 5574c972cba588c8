import type { Controller } from "../lib/controller/interface.ts";
import type { Api } from "../lib/http.ts";
import { stuckWords } from "../lib/stuck_words.ts";

/** `/healthz`: 200 while the program forwards and keeps what it confirms, 503 with the reason when not. */
export function route(api: Api, controller: Controller): void {
  api.get("/healthz", (c) => {
    const { store_problem, start_notes: notes, stuck_workers } = controller.status();
    const problem = stuckWords(stuck_workers) ?? store_problem;
    return problem === null
      ? c.json({ status: "ok", revision: controller.revision, notes }, 200)
      : c.json({ status: "degraded", problem, revision: controller.revision }, 503);
  });
}
