import type { JsonSchema } from "../../lib/config/json_schema.ts";
import type { Api } from "../../lib/http.ts";
import { anchorOf, Method, type Operation, OperationCard } from "../(components)/operation.tsx";
import { Words } from "../(components)/words.tsx";
import { getPage } from "../(page)/page.tsx";
import { openApi } from "./v1/openapi.ts";

/** `/api/docs`: the OpenAPI document as a page to read. */
export function route(api: Api): void {
  getPage(api, "/api/docs", () => {
    const document = openApi(api);
    const schemas = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
    const groups = Map.groupBy(operationsOf(document.paths ?? {}), ({ tags }) => tags?.[0] ?? "");
    const body = (
      <>
        <div class="intro">
          <h1>REST</h1>
          {(document.info.description ?? "").split("\n\n").map((text) => (
            <p key={text}>
              <Words text={text} />
            </p>
          ))}
          <p>
            The same for programs: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>{" "}
            (OpenAPI 3.1).
          </p>
        </div>
        <Contents groups={groups} />
        {[...groups].map(([tag, operations]) => (
          <div key={tag} class="group">
            <h2>{tag}</h2>
            {operations.map((operation) => (
              <OperationCard key={anchorOf(operation)} operation={operation} schemas={schemas} />
            ))}
          </div>
        ))}
      </>
    );
    return { title: "REST", body };
  });
}

function Contents({ groups }: { groups: Map<string, Operation[]> }) {
  return (
    <nav class="contents" aria-label="Operations">
      {[...groups].map(([tag, operations]) => (
        <div key={tag}>
          <h3>{tag}</h3>
          <ul>
            {operations.map((operation) => (
              <li key={anchorOf(operation)}>
                <Method method={operation.method} />{" "}
                <a href={`#${anchorOf(operation)}`}>{operation.summary}</a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** All of them, in the order of the routes. */
function operationsOf(paths: object): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, object>)
      .map(([method, operation]) => ({ ...operation, method, path }) as Operation)
  );
}
