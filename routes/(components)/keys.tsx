import { PAGES } from "./navigation.tsx";

const KEYS: [string[], string][] = [
  [["/"], "to the search"],
  [["j"], "next row"],
  [["k"], "row before"],
  [["Enter"], "open the row"],
  [["Esc"], "leave a field, close this"],
  [["?"], "these keys"],
];

/** What keys do; a script opens it. */
export function KeysDialog() {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, text]) => <Row key={text} keys={keys} text={text} />)}
        {PAGES.map(({ key, label }) => <Row key={label} keys={["g", key]} text={label} />)}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

function Row({ keys, text }: { keys: string[]; text: string }) {
  return (
    <div>
      <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
      <dd>{text}</dd>
    </div>
  );
}
