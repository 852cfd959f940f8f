import { reporting } from './report.ts';

interface Listening {
  readonly calls: Set<() => void>;
  readonly stop: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `abort` once when the signal is aborted, unless the returned function has been called before.
 *
 * All callers that share a signal share one listener: Node warns of a leak above ten listeners, while one "abort
 * everything" signal may serve a thousand requests.
 */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  const { calls, stop } = listening.get(signal) ?? listen(signal);
  // Wrapped, so that the same function may be registered twice, and that one function that throws does not stop the
  // others.
  const call = reporting(abort);
  calls.add(call);
  return () => {
    if (calls.delete(call) && calls.size === 0) stop();
  };
}

function listen(signal: AbortSignal): Listening {
  const calls = new Set<() => void>();
  const abortAll = (): void => {
    for (const call of [...calls]) if (calls.delete(call)) call();
  };
  const stop = (): void => {
    // An `AbortSignal` polyfill may lack `removeEventListener`; `once` then has to be enough.
    (signal as Partial<AbortSignal>).removeEventListener?.('abort', abortAll);
    listening.delete(signal);
  };
  signal.addEventListener('abort', abortAll, { once: true });
  listening.set(signal, { calls, stop });
  return { calls, stop };
}

/**
 * Aborts the controller `abort` when the signal is aborted, or at once if it already is, with the signal's reason. The
 * returned function ends this.
 */
export function follow(signal: AbortSignal, abort: AbortController): () => void {
  if (signal.aborted) abort.abort(signal.reason);
  return onAbort(signal, () => {
    abort.abort(signal.reason);
  });
}

/** The same promise, which also rejects when the signal is aborted, or at once if it already is, with the signal's reason. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the reason is the user's
      reject(signal.reason);
    });
    work().finally(stop).then(resolve, reject);
  });
}
