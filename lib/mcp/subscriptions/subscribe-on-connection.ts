import { EMPTY, type Observable, concat, filter, map, merge, mergeAll, mergeMap, of, tap, throwError } from 'rxjs';
import type { Lease } from '../../checkout/lease.ts';
import { withConnection } from '../../requests/with-connection.ts';
import type { Pool } from '../../pool/pool.ts';
import type { McpConnection } from '../connection/connection.ts';
import { ServerSubscription, type Topic } from './server-subscription.ts';

/** Where subscriptions get their connections. */
export interface SubscriptionHost {
  readonly pool: Pick<Pool<McpConnection>, 'checkout' | 'events$' | 'state'>;
  /** Whether connections outlive their leases: if not, a subscription holds the lease of its connection. */
  readonly keepsConnections: boolean;
}

/**
 * Subscribes at the server on one connection of the pool, which is leased only to begin, for which it waits as long as it
 * takes. Emits the topic's value when the server tells of it, and when it has begun what `begun$` emits. Errors with what
 * stands in the way, and when it has begun and ends. Unsubscribing ends it at the server, in whatever phase.
 */
export function subscribeOnConnection<T>(
  { pool, keepsConnections }: SubscriptionHost,
  topic: Topic<T>,
  begun$: Observable<T>,
): Observable<T> {
  const project = (lent: McpConnection, _: unknown, lease: Lease<McpConnection>): Observable<Observable<T>> => {
    // The subscription goes on when the lease is over.
    const connection = lent.whole;
    const listening = new ServerSubscription(connection, topic);
    const leave = {
      unsubscribe: (): void => {
        listening.leave();
      },
    };
    return concat(
      // Before anything is sent: the server may tell of it in one breath with its answer.
      of(told(connection, topic)),
      listening.begun$.pipe(
        tap(leave),
        map((ended$) => merge(gone(merge(connection.closed$, ended$)).pipe(tap(leave)), begun$)),
      ),
      keepsConnections ? EMPTY : gone(lease.revoked$),
    );
  };
  return of(topic).pipe(withConnection(pool, project, { checkout: () => ({ timeoutMs: 0 }) }), mergeAll());
}

function told<T>(connection: McpConnection, { method, matches, value }: Topic<T>): Observable<T> {
  return connection.told$.pipe(
    filter((notification) => notification.method === method && matches(notification.params)),
    map(() => value),
  );
}

function gone(reason$: Observable<unknown>): Observable<never> {
  return reason$.pipe(mergeMap((reason) => throwError(() => new Gone(reason))));
}

/** The connection that upheld it is gone, or the server tells no more on it. */
class Gone extends Error {
  constructor(reason: unknown) {
    super('the connection tells no more', { cause: reason });
  }
}
