/** What the program's exit code says. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  /** The running program does not answer. */
  unanswered: 3,
  /** The configuration was refused; nothing changed. */
  refused: 4,
} as const;

/** Ends a command: `message` (may be empty) goes to stderr, `code` to the shell. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** One of {@linkcode EXIT}, or another program's. */
  readonly code: number;

  constructor(message: string, code: number = EXIT.failed) {
    super(message);
    this.code = code;
  }
}

/** The words on the command line are wrong. */
export function usageError(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}
