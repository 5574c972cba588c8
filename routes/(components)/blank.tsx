import type { ComponentChildren } from "preact";

/** Where there is nothing yet: what to do first. */
export function Blank({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card blank">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
