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

/** One of {@linkcode EXIT}. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** Ends a command: `message` (may be empty) goes to stderr, `code` to the shell. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: ExitCode;

  constructor(message: string, code: ExitCode = EXIT.failed) {
    super(message);
    this.code = code;
  }
}

/** The words on the command line are wrong. */
export function usageError(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}
