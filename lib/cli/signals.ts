/**
 * Runs `act` with a signal that aborts at SIGINT and SIGTERM, or what else is given, for which name it tells as its reason;
 * afterwards they have their usual meaning again.
 */
export async function untilSignal<T>(
  act: (signal: AbortSignal) => Promise<T>,
  signals: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"],
): Promise<T> {
  const abort = new AbortController();
  const stops = signals.map((name) => ({ name, stop: () => abort.abort(name) }));
  for (const { name, stop } of stops) Deno.addSignalListener(name, stop);
  try {
    return await act(abort.signal);
  } finally {
    for (const { name, stop } of stops) Deno.removeSignalListener(name, stop);
  }
}

/** All by which somebody ends what has the whole terminal. */
export const ENDS: readonly Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** Resolves after so long, or when the signal aborts. */
export function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    stop.addEventListener("abort", end);
  });
}

/** What is promised, or null when the signal aborts first. */
export function orStopped<T>(promise: Promise<T>, stop: AbortSignal): Promise<T | null> {
  // Nobody asks any more what becomes of it then.
  promise.catch(() => {});
  return new Promise((resolve, reject) => {
    if (stop.aborted) return resolve(null);
    const end = () => resolve(null);
    stop.addEventListener("abort", end);
    promise.then(resolve, reject).finally(() => stop.removeEventListener("abort", end));
  });
}
