import { SdkError, SdkErrorCode, type SubscriptionFilter } from '@modelcontextprotocol/client';
import {
  EMPTY,
  NEVER,
  type Observable,
  concat,
  defer,
  filter,
  finalize,
  map,
  merge,
  mergeMap,
  of,
  retry,
  throwError,
  timer,
} from 'rxjs';
import type { Pool } from '../contract.ts';
import { PoolError, messageOf } from '../errors.ts';
import type { McpConnection } from './connection.ts';

/** Something that a server tells of by itself. */
export interface Topic<T> {
  /** What is emitted for it. */
  readonly value: T;
  /** The notification by which it is told. */
  readonly method: string;
  /** Whether a notification of that method is about it. */
  readonly matches: (params: Readonly<Record<string, unknown>> | undefined) => boolean;
  /** What a modern server is asked for. */
  readonly filter: SubscriptionFilter;
  /** The resource that a legacy server has to be asked to tell of; lists it tells of unasked. */
  readonly uri?: string;
}

/** A connection on which the server tells of it. */
interface Source {
  readonly connection: McpConnection;
  /** Emits when the server tells no more. */
  readonly ended$: Observable<unknown>;
  readonly end: () => void;
}

const slowestMs = 30_000;

/**
 * Emits the topic's value whenever the server tells of it, on one connection of the pool, which is leased only to begin.
 * When that is replaced another one takes its place, and the value is emitted once more: something may have been missed.
 * Completes with the pool; errors when the server cannot tell of it.
 */
export function upstream<T>(pool: Pick<Pool<McpConnection>, 'use'>, topic: Topic<T>): Observable<T> {
  let isRenewed = false;
  return defer(() => pool.use((connection) => begin(connection, topic))).pipe(
    mergeMap(({ connection, ended$, end }) => {
      const missed$ = isRenewed ? of(topic.value) : EMPTY;
      isRenewed = true;
      const gone$ = merge(connection.closed$, ended$).pipe(mergeMap((reason) => throwError(() => new Gone(reason))));
      return merge(concat(missed$, told(connection, topic)), gone$).pipe(finalize(end));
    }),
    retry({
      delay: (error: unknown, times) => (isLasting(error) ? ending(error) : timer(delayMs(times))),
      resetOnSuccess: true,
    }),
  );
}

function told<T>(connection: McpConnection, { method, matches, value }: Topic<T>): Observable<T> {
  return concat(
    connection.told$.pipe(
      filter((notification) => notification.method === method && matches(notification.params)),
      map(() => value),
    ),
    NEVER,
  );
}

async function begin<T>(connection: McpConnection, { filter: wanted, uri }: Topic<T>): Promise<Source> {
  const { client } = connection;
  if (client.getProtocolEra() === 'modern') {
    const subscription = await client.listen(wanted);
    return {
      connection,
      ended$: defer(() => subscription.closed),
      end: () => void subscription.close().catch(() => undefined),
    };
  }
  if (uri !== undefined) await client.subscribeResource({ uri });
  return {
    connection,
    ended$: NEVER,
    end: () => {
      if (uri !== undefined) void client.unsubscribeResource({ uri }).catch(() => undefined);
    },
  };
}

/** The connection is gone, or tells no more. */
class Gone extends Error {
  constructor(reason: unknown) {
    super('the connection tells no more', { cause: reason });
  }
}

/** Whether asking again is of no use. */
function isLasting(error: unknown): boolean {
  if (error instanceof Gone) return false;
  if (error instanceof PoolError) return error.code === 'POOL_CLOSED';
  return !(error instanceof SdkError) || !passing.includes(error.code);
}

const passing: readonly SdkErrorCode[] = [
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.NotConnected,
  SdkErrorCode.RequestTimeout,
  SdkErrorCode.SendFailed,
];

/** A closed pool is the end and no error. */
function ending(error: unknown): Observable<never> {
  if (error instanceof PoolError) return EMPTY;
  return throwError(() => (error instanceof Error ? error : new Error(messageOf(error))));
}

function delayMs(times: number): number {
  return times === 1 ? 0 : Math.min(slowestMs, 100 * 2 ** (times - 2));
}
