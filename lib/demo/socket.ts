/**
 * A TCP connection from a given source address and port, by the C library's own calls: not every version of Deno that
 * this runs on lets a client choose where it comes from.
 *
 * @module
 */
import { parseAddress } from "../net.ts";

const LIBC = {
  // int socket(int domain, int type, int protocol)
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // int getsockopt(int fd, int level, int name, void *value, socklen_t *size)
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  // int bind(int fd, const struct sockaddr *address, socklen_t size)
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int connect(int fd, const struct sockaddr *address, socklen_t size)
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int poll(struct pollfd *fds, nfds_t count, int milliseconds)
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  // ssize_t send(int fd, const void *bytes, size_t size, int flags)
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  // ssize_t recv(int fd, void *bytes, size_t size, int flags)
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const AF_INET = 2;
const AF_INET6 = 10;
/** SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC */
const KIND = 1 | 0o4000 | 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_ERROR = 4;
const MSG_NOSIGNAL = 0x4000;
const POLLIN = 1;
const POLLOUT = 4;
/** What usually goes wrong, by errno. */
const REASONS: Record<number, string> = {
  101: "network unreachable",
  104: "connection reset",
  110: "connection timed out",
  111: "connection refused",
  113: "no route to host",
};

let libc: Deno.StaticForeignLibraryInterface<typeof LIBC> | undefined;

/** One end of a connection. */
export interface End {
  address: string;
  port: number;
}

/** A connection that is open. Not two calls at a time. */
export class Socket implements Disposable {
  readonly #calls: Deno.StaticForeignLibraryInterface<typeof LIBC>;
  readonly #timeout: number;
  /** struct pollfd. A field, since the engine must not take it back while C still reads it. */
  readonly #asked = new Int32Array(2);
  #fd: number;

  private constructor(family: number, timeout: number) {
    libc ??= Deno.dlopen("libc.so.6", LIBC).symbols;
    this.#calls = libc;
    this.#timeout = timeout;
    this.#fd = libc.socket(family, KIND, 0);
    if (this.#fd < 0) throw new Error("no socket");
  }

  /**
   * Connects from `source` to `destination`, both of one family.
   *
   * @param timeout Milliseconds that each call may take.
   */
  static async connect(source: End, destination: End, timeout: number): Promise<Socket> {
    const [from, to] = [sockaddr(source), sockaddr(destination)];
    const socket = new Socket(to.length === 16 ? AF_INET : AF_INET6, timeout);
    const { setsockopt, bind, connect } = socket.#calls;
    try {
      setsockopt(socket.#fd, SOL_SOCKET, SO_REUSEADDR, new Int32Array([1]), 4);
      if (bind(socket.#fd, from, from.length) !== 0) throw new Error("address not to be had");
      connect(socket.#fd, to, to.length);
      await socket.#until(POLLOUT);
      return socket;
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
  }

  /** Sends a few bytes, which the kernel takes at once. */
  write(bytes: Uint8Array<ArrayBuffer>): void {
    const sent = this.#calls.send(this.#fd, bytes, BigInt(bytes.length), MSG_NOSIGNAL);
    if (Number(sent) !== bytes.length) throw new Error("connection lost");
  }

  /** What has come, waiting for it; empty at the end of the stream. */
  async read(): Promise<Uint8Array> {
    await this.#until(POLLIN);
    const bytes = new Uint8Array(4096);
    const size = Number(this.#calls.recv(this.#fd, bytes, BigInt(bytes.length), 0));
    if (size < 0) throw new Error("connection lost");
    return bytes.subarray(0, size);
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) this.#calls.close(this.#fd);
    this.#fd = -1;
  }

  async #until(events: number): Promise<void> {
    this.#asked.set([this.#fd, events]);
    const ready = await this.#calls.poll(this.#asked, 1n, this.#timeout);
    if (ready === 0) throw new Error(`no answer within ${this.#timeout / 1000} s`);
    const error = new Int32Array(1);
    this.#calls.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR, error, new Uint32Array([4]));
    if (error[0] !== 0) throw new Error(REASONS[error[0]!] ?? `error ${error[0]}`);
  }
}

/** struct sockaddr_in or sockaddr_in6 */
function sockaddr({ address, port }: End): Uint8Array<ArrayBuffer> {
  const { bytes } = parseAddress(address);
  const four = bytes.length === 4;
  const result = new Uint8Array(four ? 16 : 28);
  // The family alone is in the machine's own order, which is little-endian wherever Guideway runs.
  result[0] = four ? AF_INET : AF_INET6;
  result.set([port >> 8, port & 255], 2);
  result.set(bytes, four ? 4 : 8);
  return result;
}
