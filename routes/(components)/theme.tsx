import { Csrf } from "./csrf.tsx";

/** `auto`: as the browser wants it. */
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** A theme's name; `auto` for what is none. */
export function themeOf(text: string | null): Theme {
  return THEMES.find((theme) => theme === text) ?? "auto";
}

/** Chooses dark or light for this browser. */
export function ThemeChoice(props: { theme: Theme; csrf: string; back: string }) {
  return (
    <form class="theme" method="post" action="/theme">
      <Csrf mark={props.csrf} />
      <input type="hidden" name="back" value={props.back} />
      <span id="theme-label">Theme</span>
      <span class="segments" role="group" aria-labelledby="theme-label">
        {THEMES.map((theme) => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-pressed={theme === props.theme}
          >
            {theme}
          </button>
        ))}
      </span>
    </form>
  );
}
