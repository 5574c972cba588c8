/**
 * Draws the islands of the page: `<div data-island data-src data-props>`.
 *
 * @module
 */
import { type ComponentType, h, render } from "preact";

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
  const { default: Island } = await import(src) as { default: ComponentType<object> };
  place.textContent = "";
  render(h(Island, props), place);
}
