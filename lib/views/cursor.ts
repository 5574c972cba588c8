import { RefusedError } from "../refused.ts";
import { shown } from "../shown.ts";

/** What is said of a cursor that no page gave. */
export function notACursor(text: string): RefusedError {
  return new RefusedError(400, [{ path: "cursor", message: `not a cursor: ${shown(text)}` }]);
}
