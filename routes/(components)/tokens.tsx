import { SCOPES } from "../../lib/caller.ts";
import type { TokenView } from "../../lib/question.ts";
import type { FormState } from "../(page)/form.ts";
import { Csrf } from "./csrf.tsx";
import { Island } from "./island.tsx";
import { Actions, Choice, Field, Form } from "./form.tsx";
import { moment, NOTHING } from "./format.ts";

/** All tokens, without their secrets. */
export function TokenTable({ tokens, csrf }: { tokens: TokenView[]; csrf: string }) {
  if (tokens.length === 0) {
    return (
      <p class="under">
        No token yet: the program answers on this machine only, or to nobody elsewhere. Make one
        below.
      </p>
    );
  }
  return (
    <table class="tokens">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Scope</th>
          <th scope="col">State</th>
          <th scope="col">Made</th>
          <th scope="col">Expires</th>
          <th scope="col">Last used</th>
          <th scope="col">
            <span class="unseen">Revoke</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => <Row key={token.name + token.created} token={token} csrf={csrf} />)}
      </tbody>
    </table>
  );
}

function Row({ token, csrf }: { token: TokenView; csrf: string }) {
  const { name, scope, state, created, expires, last_used } = token;
  return (
    <tr data-row>
      <th scope="row">{name}</th>
      <td data-label="Scope">{scope}</td>
      <td data-label="State">
        <span class={`state ${state === "active" ? "active" : "removed"}`}>{state}</span>
      </td>
      <td data-label="Made" class="number">{moment(created)}</td>
      <td data-label="Expires" class="number">{expires === null ? "never" : moment(expires)}</td>
      <td data-label="Last used" class="number">
        {last_used === null ? NOTHING : moment(last_used)}
      </td>
      <td class="right">
        {state === "revoked" ? null : (
          <details class="sure">
            <summary class="button" aria-label={`Revoke ${name} …`}>Revoke …</summary>
            <form method="post" action={`/settings/tokens/${encodeURIComponent(name)}/revoke`}>
              <Csrf mark={csrf} />
              <button type="submit" class="danger" aria-label={`Revoke ${name}`}>
                Revoke for good
              </button>
            </form>
          </details>
        )}
      </td>
    </tr>
  );
}

/** Makes one. */
export function NewToken({ state, csrf }: { state: FormState; csrf: string }) {
  return (
    <Form name="token" state={state} action="/settings/tokens" csrf={csrf}>
      <h3>A new token</h3>
      <Field name="name" label="Name" hint="Whose it is: letters, digits, . _ @ -" required />
      <Choice
        name="scope"
        label="Scope"
        hint="read looks; operate looks after servers; admin may everything"
        options={SCOPES.map((scope) => [scope, scope])}
      />
      <Field
        name="expires"
        label="Expires"
        type="date"
        hint="The end of that day, UTC; empty: never"
      />
      <Actions apply="Make a token" preview={false} />
    </Form>
  );
}

/** Its secret, which nobody can ask for again. */
export function MadeToken({ token, secret }: { token: TokenView; secret: string }) {
  return (
    <div class="notice good" role="status">
      <p>
        Token {token.name} is made. Its secret is told this once; keep it where secrets are kept:
      </p>
      <pre tabindex={0}><code id="secret">{secret}</code></pre>
      <Island name="copy" props={{ from: "secret", label: "Copy" }}>{null}</Island>
    </div>
  );
}
