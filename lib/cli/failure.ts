import { RefusedError } from "../refused.ts";
import { NotAnsweringError } from "../client/transport.ts";
import { CommandError, EXIT } from "./exit.ts";

/** The exit code that fits an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.code;
  if (error instanceof RefusedError) return EXIT.refused;
  if (error instanceof NotAnsweringError) return EXIT.unanswered;
  return EXIT.failed;
}

/** What to tell the user: the error's own sentence. One problem a line where there are several. */
export function sentenceOf(error: unknown): string {
  if (error instanceof RefusedError) return `refused: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
