import { throwError } from 'rxjs';
import { messageOf } from './thrown.ts';

/**
 * Hands what a user's code threw to RxJS, which reports it as it does whatever a subscriber throws: later, and to nobody
 * who was only in the middle of telling others.
 *
 * @internal
 */
export function report(error: unknown): void {
  throwError(() => (error instanceof Error ? error : new Error(messageOf(error)))).subscribe();
}

/** The same function, but what it throws is reported. @internal */
export function reporting<Args extends unknown[]>(tell: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      tell(...args);
    } catch (error) {
      report(error);
    }
  };
}
