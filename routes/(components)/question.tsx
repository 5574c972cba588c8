import type { ComponentChildren } from "preact";
import type { FormState } from "../(page)/form.ts";
import { Around } from "./form.tsx";

interface QuestionProps {
  name: string;
  state: FormState;
  /** Fields that are shown: messages about others stand above all. */
  fields: readonly string[];
  action: string;
  class?: string;
  children: ComponentChildren;
}

/** A form that asks: it is sent by GET, so that its answer has an address. Its fields are those of other forms. */
export function Question({ name, state, fields, action, children, ...rest }: QuestionProps) {
  const others = state.problems.filter(({ path }) => !fields.includes(path));
  return (
    <Around.Provider value={{ name, state }}>
      <form
        id={`form-${name}`}
        class={`form question ${rest.class ?? ""}`}
        method="get"
        action={action}
        role="search"
        aria-label={name}
      >
        {others.length === 0 ? null : (
          <div class="notice bad" role="alert">
            {others.map(({ path, message }) => (
              <p key={path + message}>{path === "" ? message : `${path}: ${message}`}</p>
            ))}
          </div>
        )}
        {children}
      </form>
    </Around.Provider>
  );
}
