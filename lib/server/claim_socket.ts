import { ListenError, reasonOf } from "./listen_error.ts";

/** Longest path of a unix socket, bytes. */
const SOCKET_PATH_MAX = 107;

/**
 * Makes sure that no other program listens at the socket; removes what a program left behind that is gone.
 *
 * @throws {ListenError}
 */
export async function claimSocket(path: string): Promise<void> {
  if (new TextEncoder().encode(path).length > SOCKET_PATH_MAX) {
    throw new ListenError(`the socket's path is longer than ${SOCKET_PATH_MAX} bytes: ${path}`);
  }
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new ListenError(`cannot look at the socket ${path}: ${reasonOf(error)}`);
  }
  if (!info.isSocket) throw new ListenError(`${path} is there and no socket: not replaced`);
  if (await answers(path)) throw new ListenError(`another program listens at ${path} already`);
  await Deno.remove(path);
}

async function answers(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    throw new ListenError(`cannot try the socket ${path}: ${reasonOf(error)}`);
  }
}
