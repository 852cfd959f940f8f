/** Lets the process end although this timer is set. In a browser, where nothing has to be let, it does nothing. */
export function unref(timer: ReturnType<typeof setTimeout> | undefined): void {
  // There it is a number.
  if (typeof timer === 'object') timer.unref();
}

/** Keeps the process alive until this timer has rung, after an `unref`. */
export function ref(timer: ReturnType<typeof setTimeout> | undefined): void {
  if (typeof timer === 'object') timer.ref();
}

/**
 * Calls `run` once input that has arrived by now was handled, and returns what prevents that. Where there is no
 * `setImmediate`, as in a browser, a timer does it.
 */
export function afterInput(run: () => void): () => void {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate(run);
    return () => {
      clearImmediate(immediate);
    };
  }
  const timer = setTimeout(run);
  return () => {
    clearTimeout(timer);
  };
}
