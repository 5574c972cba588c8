import { useState } from "preact/hooks";

interface CopyProps {
  /** Id of what is copied: a field, or an element with text. */
  from: string;
  label: string;
}

const TOLD_MS = 2000;

/** A button that copies a text to the clipboard; without JavaScript people select it. */
export default function Copy({ from, label }: CopyProps) {
  const [told, tell] = useState("");
  const copy = async () => {
    tell(await copyFrom(document.getElementById(from)) ? "Copied" : "Select and copy it");
    setTimeout(() => tell(""), TOLD_MS);
  };
  return (
    <span class="copy">
      <button type="button" onClick={() => void copy()}>{label}</button>
      <span role="status" class="muted">{told}</span>
    </span>
  );
}

async function copyFrom(element: HTMLElement | null): Promise<boolean> {
  if (element === null) return false;
  const text = element instanceof HTMLTextAreaElement ? element.value : element.textContent;
  try {
    await navigator.clipboard.writeText(text ?? "");
    return true;
  } catch {
    // Browsers keep the clipboard from pages over plain HTTP, and from those that may not.
    select(element);
    return false;
  }
}

function select(element: HTMLElement): void {
  if (element instanceof HTMLTextAreaElement) {
    element.focus();
    element.select();
  } else getSelection()?.selectAllChildren(element);
}
