/**
 * Runs `act` with a signal that aborts at SIGINT and SIGTERM; afterwards both have their usual meaning
 * again.
 */
export async function untilSignal<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) Deno.addSignalListener(name, stop);
  try {
    return await act(abort.signal);
  } finally {
    for (const name of signals) Deno.removeSignalListener(name, stop);
  }
}
