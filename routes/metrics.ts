import type { Controller } from "../lib/controller/interface.ts";
import type { Api } from "../lib/http.ts";
import { formatMetrics, METRICS_TYPE } from "../lib/metrics.ts";

/** `/metrics`: all counters in Prometheus' text form. */
export function route(api: Api, controller: Controller): void {
  api.get("/metrics", async (c) => {
    const text = await formatMetrics(
      controller.counters(),
      controller.catalog(),
      controller.status(),
    );
    return c.body(text, 200, { "content-type": METRICS_TYPE });
  });
}
