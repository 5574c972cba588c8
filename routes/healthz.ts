import type { Controller } from "../lib/controller/interface.ts";
import type { Api } from "../lib/http.ts";

/** `/healthz`: 200 while the program forwards and keeps what it confirms, 503 with the reason when not. */
export function route(api: Api, controller: Controller): void {
  api.get("/healthz", (c) => {
    const { store_problem: problem, start_notes: notes } = controller.status();
    return problem === null
      ? c.json({ status: "ok", revision: controller.revision, notes }, 200)
      : c.json({ status: "degraded", problem, revision: controller.revision }, 503);
  });
}
