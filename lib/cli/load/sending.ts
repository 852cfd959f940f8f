import { type Observable, type OperatorFunction, map, pipe } from 'rxjs';
import { withConnection } from '../../requests/with-connection.ts';
import type { Pool } from '../../pool/pool.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import { type FailureText, failureOf, toolFailureOf } from './request-failure.ts';

/** A request as it is sent, so that the pool tells of it, and when it began, on the monotonic clock. */
export interface Sent extends McpRequest {
  /** When it began; in an open loop when it should have begun, however late it was sent. */
  readonly at: number;
  /** When it was sent. */
  readonly sentAt: number;
}

/** What became of one request. Durations are in milliseconds. */
export interface Outcome {
  /** When it began; absent where it failed. */
  readonly at?: number;
  /** From its beginning to the answer; absent where there was none. */
  readonly ms: number | undefined;
  /** How much of it the server took, once there was a connection; absent where it failed. */
  readonly servedMs?: number;
  /** How late it was sent, because this program was busy; absent where it failed. */
  readonly lateMs?: number;
  readonly failure: FailureText | undefined;
}

/** What is sent over: of a connection nothing but its requests. */
export type Requesting = Pick<McpConnection, 'request'>;

/** How requests are sent. */
interface Sending {
  /** How many may be under way at once. */
  readonly concurrency: number;
  /** How long each may wait for its connection, and then for its answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** Sends each request through the pool and emits what became of it. Never errors but as its source does. */
export function sending(pool: Pool<Requesting>, { concurrency, timeoutMs }: Sending): OperatorFunction<Sent, Outcome> {
  return pipe(
    withConnection(pool, (connection: Requesting, sent: Sent) => timed(connection, sent, timeoutMs), {
      settle: true,
      concurrency,
      buffer: concurrency,
      checkout: () => ({ timeoutMs }),
    }),
    map((settled) =>
      settled.status === 'fulfilled' ? settled.value : { ms: undefined, failure: failureOf(settled.reason) },
    ),
  );
}

function timed(connection: Requesting, sent: Sent, timeout: number): Observable<Outcome> {
  const leasedAt = performance.now();
  return connection.request(sent, { timeout }).pipe(
    map((result): Outcome => {
      const now = performance.now();
      const { at, sentAt } = sent;
      return { at, ms: now - at, servedMs: now - leasedAt, lateMs: sentAt - at, failure: toolFailureOf(result) };
    }),
  );
}
