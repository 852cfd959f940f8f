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
 * Subscribes at the server on one connection of the pool. The connection is leased only to begin, and waited for as
 * long as it takes. Emits what `begun$` emits once the subscription has begun, and the topic's value whenever the
 * server tells of it. Errors when the subscription cannot begin, and when it ends. Unsubscribing ends it at the server
 * at any time.
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
      // Listens before anything is sent: the first notification may come together with the answer.
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
  return connection.notifications$.pipe(
    filter((notification) => notification.method === method && matches(notification.params)),
    map(() => value),
  );
}

function gone(reason$: Observable<unknown>): Observable<never> {
  return reason$.pipe(mergeMap((reason) => throwError(() => new Gone(reason))));
}

/** The subscription is over: its connection is gone, or the server reports no more on it. */
class Gone extends Error {
  constructor(reason: unknown) {
    super('the connection tells no more', { cause: reason });
  }
}
