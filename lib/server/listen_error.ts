/** Listening cannot begin; the message says where and why. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Does it, or says where that failed. @throws {ListenError} */
export function attempt<T>(where: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new ListenError(`cannot listen at ${where}: ${reasonOf(error)}`);
  }
}

/** Why something of the network failed. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "another program listens there";
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine has no such address";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
