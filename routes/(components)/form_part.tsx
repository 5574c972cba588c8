import type { ComponentChildren } from "preact";

/** Fields of a form that are about one thing. */
export function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <fieldset class="part">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

/**
 * Fields that go with some choices alone: a kind of encap, a type of health check. Where scripts run, the style shows them
 * with these alone, and those that are not shown are not sent; else hints tell it.
 */
export function Only({ with: choice, children }: { with: string; children: ComponentChildren }) {
  return <div class="only" data-only={choice}>{children}</div>;
}
