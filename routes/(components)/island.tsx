import type { ComponentChildren } from "preact";
import { assets } from "../(static)/assets.ts";

interface IslandProps {
  /** A file of `routes/(islands)/` without its ending; its default export is drawn there. */
  name: string;
  /** Given to it; JSON. */
  props: object;
  /** So that the page does not jump: what it is drawn in. */
  class?: string;
  /** What stands there without JavaScript, and until the island is drawn. */
  children: ComponentChildren;
}

/** A place of a page that a script draws. */
export function Island({ name, props, children, ...rest }: IslandProps) {
  const src = assets().script(name);
  return (
    <div
      class={rest.class}
      data-island={name}
      data-src={src ?? undefined}
      data-props={JSON.stringify(props)}
    >
      {children}
    </div>
  );
}
