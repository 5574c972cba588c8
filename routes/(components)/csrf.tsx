import { CSRF_FIELD } from "../../lib/server/csrf.ts";

/** In every form: it is from a page of ours. */
export function Csrf({ mark }: { mark: string }) {
  return <input type="hidden" name={CSRF_FIELD} value={mark} />;
}
