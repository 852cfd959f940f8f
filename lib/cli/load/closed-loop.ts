import { Subject, defer, map, merge, mergeMap, of, range, take, takeUntil, tap, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import { withConnection } from '../../requests/with-connection.ts';
import type { Pool } from '../../pool/pool.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import { type FailureText, failureOf, toolFailureOf } from './request-failure.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';

/** Who sends what. */
export interface LoopPlan {
  readonly clients: number;
  readonly request: McpRequest;
  /** How long a request may wait for its connection, and then for its answer. */
  readonly timeoutMs: number;
  /** How many are sent at most. */
  readonly requests?: number | undefined;
}

/** What became of one request. */
export interface Outcome {
  /** From sending to the answer; absent where there was none. */
  readonly ms: number | undefined;
  readonly failure: FailureText | undefined;
}

/** A request as it is sent, so that the pool tells of it, and when that was. */
interface Sent extends McpRequest {
  readonly at: number;
}

/** How long a client waits after a request that got no answer, in milliseconds: a dead server is not to be hammered. */
const PAUSE_MS = 100;

/**
 * A closed loop: so many clients, and each sends its next request when its last one is answered. Emits the outcome of
 * each request; after `stop$` nothing more is sent, and it completes when all answers are in. Never errors.
 */
export function closedLoop(
  pool: Pool<McpConnection>,
  { clients, request, timeoutMs, requests = Infinity }: LoopPlan,
  stop$: Observable<unknown>,
): Observable<Outcome> {
  return defer(() => {
    const answered$ = new Subject<Outcome>();
    // Answers are listened to before anything is sent: a pool may refuse at once.
    const requests$ = merge(answered$.pipe(mergeMap(untilNext)), range(0, clients)).pipe(
      map((): Sent => ({ ...request, at: performance.now() })),
      take(requests),
      takeUntil(stop$),
    );
    return requests$.pipe(
      withConnection(pool, (connection, sent) => timed(connection, sent, timeoutMs), {
        settle: true,
        concurrency: clients,
        buffer: clients,
        checkout: () => ({ timeoutMs }),
      }),
      map(outcomeOf),
      tap((outcome) => {
        answered$.next(outcome);
      }),
    );
  });
}

function untilNext({ ms }: Outcome): Observable<unknown> {
  return ms === undefined ? timer(PAUSE_MS) : of(undefined);
}

function timed(connection: McpConnection, sent: Sent, timeout: number): Observable<Outcome> {
  return connection
    .request(sent, { timeout })
    .pipe(map((result) => ({ ms: performance.now() - sent.at, failure: toolFailureOf(result) })));
}

function outcomeOf(settled: PromiseSettledResult<Outcome>): Outcome {
  return settled.status === 'fulfilled' ? settled.value : { ms: undefined, failure: failureOf(settled.reason) };
}
