/** What kind of trouble: what is damaged can be salvaged, what cannot be written may be writable later. */
export type Trouble = "damaged" | "unwritable" | "other";

/** The store cannot be opened, read or written; the message says which file and why. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly trouble: Trouble;

  constructor(message: string, options: ErrorOptions & { trouble?: Trouble } = {}) {
    super(message, options);
    this.trouble = options.trouble ?? "other";
  }
}

/** Turns whatever the file system or SQLite throws into a sentence with the path. @throws {StoreError} */
export function told<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new StoreError(`${path}: ${message}`, { cause: error, trouble: troubleOf(message) });
  }
}

/** By SQLite's words, since it tells Deno no number. */
function troubleOf(message: string): Trouble {
  if (/malformed|not a database|file is encrypted/i.test(message)) return "damaged";
  return /readonly|read-only|unable to open|is full|disk i\/o error|no space/i.test(message)
    ? "unwritable"
    : "other";
}
