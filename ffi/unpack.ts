/**
 * The executable holds the packet library inside, and the system opens libraries by a path only: it is put into memory
 * that has one, or, where that is not possible or another place is asked for, into a folder.
 *
 * @module
 */

/** A library that can be opened now. */
export interface Unpacked {
  path: string;
  /** To be called when it was opened, or will not be. */
  [Symbol.dispose](): void;
}

/** The variable that names the folder. */
export const FOLDER = "GUIDEWAY_TMPDIR";

const CLOSE_ON_EXEC = 1;
/** Kernels since 6.3 want to be told; those before do not know it. */
const EXECUTABLE = 0x10;

/**
 * Puts the bytes where they can be opened from.
 *
 * @throws {Error} with the folder and the remedy.
 */
export function unpack(bytes: Uint8Array): Unpacked {
  const folder = Deno.env.get(FOLDER);
  return (folder ? null : inMemory(bytes)) ??
    inFolder(bytes, folder || Deno.env.get("TMPDIR") || "/tmp");
}

/** Null where the system does not allow it. */
function inMemory(bytes: Uint8Array): Unpacked | null {
  const libc = Deno.dlopen("libc.so.6", {
    // int memfd_create(const char *name, unsigned int flags)
    memfd_create: { parameters: ["buffer", "u32"], result: "i32" },
    // int close(int fd)
    close: { parameters: ["i32"], result: "i32" },
  });
  const { memfd_create, close } = libc.symbols;
  const name = new TextEncoder().encode("libguideway.so\0");
  let file = memfd_create(name, CLOSE_ON_EXEC | EXECUTABLE);
  if (file < 0) file = memfd_create(name, CLOSE_ON_EXEC);
  const end = () => {
    if (file >= 0) close(file);
    libc.close();
  };
  try {
    const path = `/proc/self/fd/${file}`;
    Deno.writeFileSync(path, bytes, { create: false });
    return { path, [Symbol.dispose]: end };
  } catch {
    // No such call, no /proc, or no memory: the folder's error tells more.
    end();
    return null;
  }
}

function inFolder(bytes: Uint8Array, folder: string): Unpacked {
  let path = "";
  const end = () => {
    if (path) Deno.removeSync(path);
  };
  try {
    path = Deno.makeTempFileSync({ dir: folder, prefix: "guideway-", suffix: ".so" });
    Deno.writeFileSync(path, bytes);
  } catch (cause) {
    end();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `The packet library, which this program holds inside, cannot be written to ${folder}: ${reason}. ${REMEDY}`,
      { cause },
    );
  }
  return { path, [Symbol.dispose]: end };
}

/** What helps when a folder does not serve. */
export const REMEDY =
  `Set ${FOLDER} to a folder that can be written to, has 12 MB of room and is not mounted noexec.`;
