import { type Observable, defer, finalize, forkJoin, ignoreElements, lastValueFrom, race, timer } from 'rxjs';

/** How long a server may take to say that it is still there, in milliseconds. */
const SIGN_OF_LIFE_MS = 2000;

/**
 * The time after a cancelled request in which a connection serves nobody else: until that is answered after all, else for
 * so many milliseconds and until the server has given a sign of life, which comes behind the cancellation. Most servers do
 * not answer what was cancelled. Completes when the connection is free, errors when there is no sign of life.
 */
export function quarantined(
  answered$: Observable<never>,
  ms: number,
  check: (timeoutMs: number) => Observable<unknown>,
  end: () => void,
): Observable<never> {
  // A promise, so that it is not cancelled in turn when the answer comes first.
  const signOfLife$ = defer(() => lastValueFrom(check(SIGN_OF_LIFE_MS), { defaultValue: undefined }));
  return race(answered$, forkJoin([timer(ms), signOfLife$])).pipe(ignoreElements(), finalize(end));
}
