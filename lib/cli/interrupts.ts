import { constants } from 'node:os';

/** What tells of signals: the process. */
interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: (signal: NodeJS.Signals) => void): unknown;
}

/** npm passes on the Ctrl-C that the terminal has sent already; what comes within this time, in milliseconds, is the same. */
const ECHO_MS = 300;

/** The exit code of a program that a signal has ended: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOf(signal: unknown): number {
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return 128 + (number ?? constants.signals.SIGINT);
}

/**
 * Aborts at the first SIGINT or SIGTERM, with its name as the reason; at the second it calls `end` with the exit code.
 */
export function interrupts(source: SignalSource, end: (exitCode: number) => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      first = performance.now();
      controller.abort(signal);
    } else if (performance.now() - first > ECHO_MS) end(exitCodeOf(signal));
  };
  source.on('SIGINT', interrupt);
  source.on('SIGTERM', interrupt);
  return controller.signal;
}

/** Resolves when the signal is aborted, at once where it is already. */
export function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
