/** A server is not well; the message says what an operator would look for. */
export class ProbeError extends Error {
  override readonly name = "ProbeError";
}

/** By the error codes of the system. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ECONNABORTED: "connection aborted",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ETIMEDOUT: "no answer",
  EPIPE: "connection reset",
  EMFILE: "this program has too many files open",
  EADDRNOTAVAIL: "no local port is free",
  EACCES: "the kernel of this machine forbids it",
  EPERM: "the kernel of this machine forbids it",
  EINVAL: "no address of this machine can reach it",
};

/** What went wrong, in few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return REASONS[code ?? ""] ?? message ?? String(error);
}
