import { Subject, defer, map, merge, mergeMap, of, range, take, takeUntil, tap, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import type { Pool } from '../../pool/pool.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import { type Outcome, type Requesting, type Sent, sending } from './sending.ts';

/** Who sends what. */
export interface LoopPlan {
  readonly clients: number;
  readonly request: McpRequest;
  /** How long a request may wait for its connection, and then for its answer. */
  readonly timeoutMs: number;
  /** How many are sent at most. */
  readonly requests?: number | undefined;
}

/** How long a client waits after a request that got no answer, in milliseconds: a dead server is not to be hammered. */
const PAUSE_MS = 100;

/**
 * A closed loop: so many clients, and each sends its next request when its last one is answered. Emits the outcome of
 * each request; after `stop$` nothing more is sent, and it completes when all answers are in. Never errors.
 */
export function closedLoop(
  pool: Pool<Requesting>,
  { clients, request, timeoutMs, requests = Infinity }: LoopPlan,
  stop$: Observable<unknown>,
): Observable<Outcome> {
  return defer(() => {
    const answered$ = new Subject<Outcome>();
    // Answers are listened to before anything is sent: a pool may refuse at once.
    const requests$ = merge(answered$.pipe(mergeMap(untilNext)), range(0, clients)).pipe(
      map((): Sent => sentNow(request)),
      take(requests),
      takeUntil(stop$),
    );
    return requests$.pipe(
      sending(pool, { concurrency: clients, timeoutMs }),
      tap((outcome) => {
        answered$.next(outcome);
      }),
    );
  });
}

function sentNow(request: McpRequest): Sent {
  const at = performance.now();
  return { ...request, at, sentAt: at };
}

function untilNext({ ms }: Outcome): Observable<unknown> {
  return ms === undefined ? timer(PAUSE_MS) : of(undefined);
}
