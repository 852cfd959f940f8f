import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Observable, concat, defer, forkJoin, ignoreElements, lastValueFrom, race, tap, timer } from 'rxjs';
import type { SentRequests } from '../transport/sent-requests.ts';
import type { ServerRequests } from './server-requests.ts';

/** How long a server may take to say that it is still there, in milliseconds. */
const SIGN_OF_LIFE_MS = 2000;

/** What a quarantine works with. */
interface QuarantineParts {
  readonly requests: SentRequests;
  readonly serverRequests: ServerRequests;
  /** How long it lasts at least when the cancelled request is not answered; `Infinity`: there is no quarantine. */
  readonly ms: number;
  readonly check: (timeoutMs: number) => Observable<unknown>;
}

/**
 * Completes when a connection on which a request was cancelled may serve somebody else: when the cancelled request is
 * answered after all, or, as most servers never do that, when `ms` have passed and the server has given a sign of life,
 * which it can only do after it has read the cancellation. Errors when there is no sign of life. `undefined` where the
 * connection is free already.
 */
export function quarantineEnd({ requests, serverRequests, ms, check }: QuarantineParts): Observable<never> | undefined {
  const { answered$ } = requests;
  const end = (): void => {
    requests.giveUp();
    serverRequests.quarantine(false);
  };
  if (answered$ === undefined) return undefined;
  if (ms === Infinity) {
    end();
    return undefined;
  }
  const subscribe = (): void => {
    serverRequests.quarantine(true);
  };
  // A promise, so that it is not cancelled in turn when the answer comes first.
  const signOfLife$ = defer(() => lastValueFrom(check(SIGN_OF_LIFE_MS), { defaultValue: undefined }));
  const end$ = race(answered$, forkJoin([timer(ms), signOfLife$]));
  // What came before the answer, in the same turn, the SDK tells a few microtasks later; it is not for the next holder.
  return concat(end$, defer(nextTurn)).pipe(
    ignoreElements(),
    // Not `finalize`, which comes after the end is told: whoever waits holds the connection by then.
    tap({ subscribe, complete: end, error: end, unsubscribe: end }),
  );
}
