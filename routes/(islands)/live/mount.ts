/**
 * Draws the islands of the page: `<div data-island data-src data-props>`.
 *
 * @module
 */
import { type ComponentType, h, render } from "preact";

/** What a script of an island gives. */
interface Island {
  default: ComponentType<object>;
  /** What stands in its place stays until then. */
  ready?: (props: object) => Promise<void>;
}

/** Those that are not drawn yet. */
export function mountIslands(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-island]:not([data-drawn])")) {
    const { src, props = "{}" } = place.dataset;
    if (src === undefined) continue;
    place.dataset.drawn = "";
    draw(place, src, JSON.parse(props)).catch((error) =>
      console.error(place.dataset.island, error)
    );
  }
}

async function draw(place: HTMLElement, src: string, props: object): Promise<void> {
  const { default: Island, ready } = await import(src) as Island;
  await ready?.(props);
  const box = document.createElement("div");
  place.replaceChildren(box);
  render(h(Island, props), box);
}
