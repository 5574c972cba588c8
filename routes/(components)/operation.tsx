import type { JsonSchema } from "../../lib/config/json_schema.ts";
import { Words } from "./words.tsx";
import { resolve, SchemaFields, type Schemas, typeOf } from "./schema_fields.tsx";

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}

/** One thing that can be asked for, as the OpenAPI document has it. */
export interface Operation {
  method: string;
  path: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema: JsonSchema;
  }[];
  requestBody?: Content;
  responses: Record<string, Content & { description: string }>;
}

/** Where it stands on the page. */
export function anchorOf({ method, path }: Operation): string {
  return `${method}${path.replaceAll(/[^a-z0-9]+/g, "-")}`;
}

export function Method({ method }: { method: string }) {
  return <span class={`method ${method}`}>{method.toUpperCase()}</span>;
}

/** What it is given, and what it answers. */
export function OperationCard({ operation, schemas }: { operation: Operation; schemas: Schemas }) {
  const { method, path, summary, description, parameters = [], responses } = operation;
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const answer = responses["200"]?.content?.["application/json"]?.schema;
  return (
    <section class="card operation" id={anchorOf(operation)}>
      <div class="head">
        <h3>
          <Method method={method} /> <code>{path}</code>
        </h3>
        <p>{summary}</p>
      </div>
      {description === undefined ? null : (
        <p class="hint">
          <Words text={`${description}.`} />
        </p>
      )}
      {parameters.length === 0 ? null : <Parameters parameters={parameters} schemas={schemas} />}
      {body === undefined ? null : (
        <>
          <h4>Body</h4>
          <SchemaFields schema={body} schemas={schemas} />
        </>
      )}
      <h4>Try it</h4>
      <pre tabindex={0}><code>{curl(operation, body && resolve(body, schemas))}</code></pre>
      <details>
        <summary>Answers: {Object.keys(responses).join(", ")}</summary>
        <table class="answers">
          <tbody>
            {Object.entries(responses).map(([status, { description }]) => (
              <tr key={status}>
                <th scope="row">{status}</th>
                <td>{description}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {answer === undefined ? null : <SchemaFields schema={answer} schemas={schemas} />}
      </details>
    </section>
  );
}

function Parameters(
  { parameters, schemas }: { parameters: Operation["parameters"] & object; schemas: Schemas },
) {
  return (
    <table class="fields">
      <thead>
        <tr>
          <th>Parameter</th>
          <th>Value</th>
          <th>Where</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map((parameter) => (
          <tr key={parameter.name}>
            <th scope="row">
              <code>{parameter.name}</code>
            </th>
            <td data-label="Value">{typeOf(parameter.schema, schemas)}</td>
            <td data-label="Where">
              {parameter.in}
              {parameter.required && parameter.in !== "path" ? ", needed" : ""}
            </td>
            <td class="text">{parameter.description ?? exampleOf(parameter.schema)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function exampleOf({ example }: JsonSchema): string {
  return example === undefined ? "" : `for example ${example}`;
}

/** The request as somebody would type it. */
function curl({ method, path, parameters = [] }: Operation, body?: JsonSchema): string {
  const given = (place: string) =>
    parameters.filter((parameter) => parameter.in === place && parameter.required);
  const example = ({ name, schema }: { name: string; schema: JsonSchema }) =>
    encodeURIComponent(String(schema.example ?? name));
  const where = given("path").reduce(
    (text, parameter) => text.replace(`{${parameter.name}}`, example(parameter)),
    path,
  );
  const query = given("query").map((one) => `${one.name}=${example(one)}`).join("&");
  const address = `http://127.0.0.1:8480${where}${query && `?${query}`}`;
  const verb = method === "get" ? "" : `-X ${method.toUpperCase()} `;
  if (body === undefined) return `curl ${verb}'${address}'`;
  const [value] = Array.isArray(body.examples) ? body.examples : [{}];
  return `curl ${verb}'${address}' \\\n  -H 'content-type: application/json' \\\n  -d '${
    JSON.stringify(value)
  }'`;
}
