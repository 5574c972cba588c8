/** The store cannot be opened, read or written; the message says which file and why. */
export class StoreError extends Error {
  override readonly name = "StoreError";
}

/** Turns whatever the file system or SQLite throws into a sentence with the path. @throws {StoreError} */
export function told<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(`${path}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
