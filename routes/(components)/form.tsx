/** A form that changes something, and its parts: labels, hints, and messages beside the fields that they are about. */
import { type ComponentChildren, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Problem } from "../../lib/refused.ts";
import type { FormState } from "../(page)/form.ts";
import { Conflict } from "./conflict.tsx";
import { Csrf } from "./csrf.tsx";
import { type Lead, leadOf } from "./lead.ts";
import { PlanView } from "./plan.tsx";

interface Surroundings {
  /** Of the form; fields of several forms on a page must not have the same id. */
  name: string;
  state: FormState;
  /** Of what is told when it was sent. */
  lead?: Lead;
}

/** What fields find out about the form that they stand in. */
export const Around = createContext<Surroundings | null>(null);

function useForm(): Surroundings {
  const form = useContext(Around);
  if (form === null) throw new Error("a field stands in no form");
  return form;
}

interface FormProps extends Surroundings {
  /** The address that it is sent to. */
  action: string;
  csrf: string;
  class?: string;
  children: ComponentChildren;
}

/** Sent with the revision that it is about. What is wrong as a whole is told above its fields. */
export function Form({ name, state, action, csrf, children, ...rest }: FormProps) {
  const lead = leadOf(action);
  return (
    <Around.Provider value={{ name, state, lead }}>
      <form id={`form-${name}`} class={`form ${rest.class ?? ""}`} method="post" action={action}>
        <Csrf mark={csrf} />
        <input type="hidden" name="revision" value={state.revision} />
        <input type="hidden" name="was" value={state.base} />
        {state.conflict === null ? null : <Conflict conflict={state.conflict} lead={lead} />}
        <Problems name={name} state={state} lead={lead} />
        {children}
      </form>
    </Around.Provider>
  );
}

/** All that is wrong, each leading to its field where there is one. */
function Problems({ name, state: { problems, values }, lead }: Surroundings) {
  if (problems.length === 0) return null;
  return (
    <div class="notice bad" role="alert" {...lead}>
      <p>Not accepted; nothing changed.</p>
      <ul>
        {problems.map(({ path, message }) => {
          const field = [...values.keys()].find((key) => isAbout(path, key));
          return (
            <li key={path + message}>
              {path === "" ? null : field === undefined ? <>{path}:</> : (
                <>
                  <a href={`#${name}-${field}`}>{path}</a>:
                </>
              )} {message}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** `servers[0].weight` is about the field `servers`, too. */
function isAbout(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** Lines as people count them; empty ones are none of the list. */
function inItsLine({ path, message }: Problem, text: string): string {
  const [, at, rest] = /\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  if (at === undefined) return message;
  const lines = text.split("\n").flatMap((line, index) => line.trim() === "" ? [] : [index + 1]);
  return `line ${lines[Number(at)] ?? at}${rest === "" ? "" : `, ${rest}`}: ${message}`;
}

interface FieldProps {
  /** Of the field. */
  name: string;
  label: string;
  /** What to write: a range, a unit, an example. */
  hint?: string;
  /** Of the configuration, where it is another than the name: messages about it stand beside the field. */
  path?: string;
  required?: boolean;
}

/** What a field's parts have in common. */
function useField({ name, path, hint, lines }: FieldProps & { lines?: boolean }) {
  const { name: form, state } = useForm();
  const id = `${form}-${name}`;
  const messages = state.problems.filter((problem) => isAbout(problem.path, path ?? name))
    .map((problem) => lines ? inItsLine(problem, state.values.get(name) ?? "") : problem.message);
  const notes = [
    ...hint === undefined ? [] : [`${id}-hint`],
    ...messages.length === 0 ? [] : [`${id}-error`],
  ];
  return {
    messages,
    values: state.values.getAll(name),
    input: {
      id,
      name,
      "aria-describedby": notes.join(" ") || undefined,
      "aria-invalid": messages.length > 0 ? "true" as const : undefined,
    },
  };
}

function Frame(
  props: FieldProps & { messages: string[]; id: string; children: ComponentChildren },
) {
  const { label, hint, messages, id, children } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {hint === undefined ? null : <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {messages.length === 0 ? null : <p class="wrong" id={`${id}-error`}>{messages.join("; ")}</p>}
    </div>
  );
}

interface InputProps extends FieldProps {
  type?: "text" | "number" | "password" | "date" | "search";
  min?: number;
  max?: number;
  placeholder?: string;
  autocomplete?: string;
  /** What may be meant; anything else may be typed, too. */
  suggestions?: readonly string[];
}

/** A line of text, or a number. What is typed is judged by the program alone, so that all is told at once. */
export function Field({ type = "text", min, max, placeholder, ...field }: InputProps) {
  const { input, values, messages } = useField(field);
  const { suggestions = [] } = field;
  const list = suggestions.length === 0 ? undefined : `${input.id}-list`;
  return (
    <Frame {...field} messages={messages} id={input.id}>
      <input
        {...input}
        type={type === "number" ? "text" : type}
        inputmode={type === "number" ? "numeric" : undefined}
        value={values[0] ?? ""}
        placeholder={placeholder}
        required={field.required}
        autocomplete={field.autocomplete ?? "off"}
        spellcheck={false}
        list={list}
        title={min === undefined || max === undefined ? undefined : `${min} to ${max}`}
      />
      {list === undefined ? null : (
        <datalist id={list}>
          {suggestions.map((one) => <option key={one} value={one} />)}
        </datalist>
      )}
    </Frame>
  );
}

/** Several lines of text, each one of a list: what is wrong names its line. */
export function TextField({ rows = 6, ...field }: FieldProps & { rows?: number }) {
  const { input, values, messages } = useField({ ...field, lines: true });
  return (
    <Frame {...field} messages={messages} id={input.id}>
      <textarea {...input} rows={rows} spellcheck={false} required={field.required}>
        {values[0] ?? ""}
      </textarea>
    </Frame>
  );
}

/** One of several; `options`: value and what is read. */
export function Choice({ options, ...field }: FieldProps & { options: [string, string][] }) {
  const { input, values, messages } = useField(field);
  return (
    <Frame {...field} messages={messages} id={input.id}>
      <select {...input}>
        {options.map(([value, text]) => (
          <option key={value} value={value} selected={value === (values[0] ?? "")}>{text}</option>
        ))}
      </select>
    </Frame>
  );
}

/** Yes or no; sent as `on` or not at all. */
export function Check(field: FieldProps) {
  const { input, values, messages } = useField(field);
  return (
    <div class="field check">
      <input {...input} type="checkbox" checked={values.includes("on")} />
      <label for={input.id}>{field.label}</label>
      {field.hint === undefined ? null : <p class="hint" id={`${input.id}-hint`}>{field.hint}</p>}
      {messages.length === 0
        ? null
        : <p class="wrong" id={`${input.id}-error`}>{messages.join("; ")}</p>}
    </div>
  );
}

interface ActionsProps {
  /** What the button says: `Add`, `Remove`. */
  apply: string;
  /** Whether it can be looked at before. */
  preview?: boolean;
  danger?: boolean;
  /** Where to go without a change. */
  cancel?: string;
}

/** The buttons; above them what the form would change, where that was asked for. */
export function Actions({ apply, preview = true, danger = false, cancel }: ActionsProps) {
  const { state, lead } = useForm();
  return (
    <>
      {state.preview === null ? null : <PlanView applied={state.preview} lead={lead} />}
      <div class="actions">
        {preview ? <button type="submit" name="act" value="preview">Preview</button> : null}
        <button type="submit" name="act" value="apply" class={danger ? "danger" : "primary"}>
          {apply}
        </button>
        {cancel === undefined ? null : <a href={cancel}>Cancel</a>}
      </div>
    </>
  );
}
