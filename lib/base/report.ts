import { throwError } from 'rxjs';
import { messageOf } from './thrown.ts';

/**
 * Reports an error that user code threw, through RxJS. RxJS rethrows it later in a timer (or calls
 * `config.onUnhandledError`), as it does with errors of subscribers, so the caller goes on undisturbed.
 *
 * @internal
 */
export function report(error: unknown): void {
  throwError(() => (error instanceof Error ? error : new Error(messageOf(error)))).subscribe();
}

/** Wraps a function so that what it throws is passed to `report`. @internal */
export function reporting<Args extends unknown[]>(tell: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      tell(...args);
    } catch (error) {
      report(error);
    }
  };
}
