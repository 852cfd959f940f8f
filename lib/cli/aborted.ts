import { Observable } from 'rxjs';

/** Emits the reason once when the signal is aborted, at once where it is already, and completes. */
export function aborted(signal: AbortSignal): Observable<unknown> {
  return new Observable((subscriber) => {
    const abort = (): void => {
      subscriber.next(signal.reason);
      subscriber.complete();
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    return () => {
      signal.removeEventListener('abort', abort);
    };
  });
}
