import { Csrf } from "./csrf.tsx";

/** Who is logged in, and the way out. */
export function Who({ name, csrf }: { name: string; csrf: string }) {
  return (
    <form class="who" method="post" action="/logout">
      <Csrf mark={csrf} />
      <span>{name}</span>
      <button type="submit">Log out</button>
    </form>
  );
}
