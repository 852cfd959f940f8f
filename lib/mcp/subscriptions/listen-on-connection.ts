import { type Observable, defer, filter, finalize, map, merge, retry, takeUntil, throwError, timer } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import { isLasting } from '../failures/lasting-failure.ts';
import { RetryPace } from './retry-pace.ts';
import { type Topic, subscribeAtServer } from './server-subscription.ts';

/** `begun`: the server tells from now on, and may have told in vain before. `told`: it has. */
export type Heard = 'begun' | 'told';

/**
 * Listens to one topic on one connection. Subscribes again when the server ends the subscription, or cannot accept it now.
 * Errors when it never will; completes when the connection is gone.
 */
export function listenOnConnection(connection: McpConnection, topic: Topic<unknown>): Observable<Heard> {
  return defer(() => {
    const { transport, client } = connection;
    const pace = new RetryPace();
    const leave = client.getProtocolEra() === 'modern' ? undefined : transport.listen?.();
    const begun$ = subscribeAtServer(connection, topic).pipe(
      map((): Heard => {
        pace.begun();
        return 'begun';
      }),
      retry({ delay: (error) => (isLasting(error) ? throwError(() => error as Error) : timer(pace.ended())) }),
    );
    // Listens before anything is sent: the first notification may come together with the answer.
    return merge(told(connection, topic), begun$).pipe(
      takeUntil(connection.closed$),
      finalize(() => leave?.()),
    );
  });
}

function told(connection: McpConnection, { method, matches }: Topic<unknown>): Observable<Heard> {
  return connection.notifications$.pipe(
    filter((notification) => notification.method === method && matches(notification.params)),
    map((): Heard => 'told'),
  );
}
