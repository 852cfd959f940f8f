import { reporting } from './report.ts';

interface Listening {
  readonly calls: Set<() => void>;
  readonly stop: () => void;
}

const listening = new WeakMap<AbortSignal, Listening>();

/**
 * Calls `abort` once when the signal is aborted, unless the returned function was called before. One listener serves all
 * who share a signal: Node takes more than ten for a leak, and "abort everything" is one signal for a thousand requests.
 */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  const { calls, stop } = listening.get(signal) ?? listen(signal);
  // Wrapped, so that the same function may be given twice, and that one that throws does not keep it from the others.
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
    // A polyfill may not have it; then `once` has to do.
    (signal as Partial<AbortSignal>).removeEventListener?.('abort', abortAll);
    listening.delete(signal);
  };
  signal.addEventListener('abort', abortAll, { once: true });
  listening.set(signal, { calls, stop });
  return { calls, stop };
}

/** Aborts `abort` with the signal's reason, now or later, unless the returned function was called before. */
export function follow(signal: AbortSignal, abort: AbortController): () => void {
  if (signal.aborted) abort.abort(signal.reason);
  return onAbort(signal, () => {
    abort.abort(signal.reason);
  });
}
