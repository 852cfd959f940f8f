import type { SubscriptionFilter } from '@modelcontextprotocol/client';
import { NEVER, Observable, concat, defer, from, merge, mergeMap, of, switchMap, throwError } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import { checkTold } from '../failures/lasting-failure.ts';

/** Something that a server reports by notifications, without being asked each time. */
export interface Topic<T> {
  /** The value that listeners get. */
  readonly value: T;
  /** The method of the notifications about it. */
  readonly method: string;
  /** Whether a notification of that method is about it. */
  readonly matches: (params: Readonly<Record<string, unknown>> | undefined) => boolean;
  /** What a modern server is asked to report. */
  readonly filter: SubscriptionFilter;
  /** The resource that a legacy server has to be subscribed to; changes of lists it reports unasked. */
  readonly uri?: string;
}

/**
 * Subscribes to a topic at the server, on one connection and beside its traffic: no lease is needed, and the end of one
 * changes nothing. Emits when the server has accepted, and again whenever something may have been missed since then. Errors
 * when the server refuses, or ends the subscription. Unsubscribing ends it at the server, whose answer is ignored.
 */
export function subscribeAtServer(connection: McpConnection, topic: Topic<unknown>): Observable<unknown> {
  if (connection.client.getProtocolEra() === 'modern') return listen(connection, topic);
  const { renewed$ = NEVER, missed$ = NEVER } = connection.transport;
  const sessions$ = merge(of(undefined), renewed$);
  const { uri } = topic;
  // A session that was begun anew knows nothing of the subscription.
  return merge(uri === undefined ? sessions$ : askInEach(connection, uri, sessions$), missed$);
}

/** Asks by `subscriptions/listen`, which is open for as long as the server tells. */
function listen(connection: McpConnection, { filter }: Topic<unknown>): Observable<unknown> {
  return new Observable((subscriber) => {
    const left = new AbortController();
    const begun$ = defer(() => connection.client.listen(filter, { signal: left.signal })).pipe(
      mergeMap(({ honoredFilter, closed }) => {
        checkTold(filter, honoredFilter);
        return concat(of(undefined), from(closed).pipe(mergeMap((reason) => throwError(() => new Ended(reason)))));
      }),
    );
    subscriber.add(() => {
      left.abort();
    });
    begun$.subscribe(subscriber);
  });
}

/** Asks by `resources/subscribe`, once for each session. */
function askInEach(connection: McpConnection, uri: string, sessions$: Observable<unknown>): Observable<unknown> {
  const { resources } = connection;
  return new Observable((subscriber) => {
    const left = new AbortController();
    let isAsked = false;
    const ask = async (): Promise<void> => {
      await resources.left;
      left.signal.throwIfAborted();
      if (!isAsked) resources.add(uri);
      isAsked = true;
      // As the pool's own, so that the end of somebody's lease does not cancel it.
      await connection.transport.requests.own(() =>
        connection.client.subscribeResource({ uri }, { signal: left.signal }),
      );
    };
    subscriber.add(() => {
      left.abort();
      if (isAsked) resources.leave(uri);
    });
    const refused = (error: unknown): void => {
      // There is nothing to unsubscribe from.
      if (isAsked && !left.signal.aborted) resources.delete(uri);
      isAsked = false;
      subscriber.error(error);
    };
    const next = subscriber.next.bind(subscriber);
    subscriber.add(sessions$.pipe(switchMap(ask)).subscribe({ next, error: refused }));
  });
}

/** The server has ended the subscription, though the connection is up. */
class Ended extends Error {
  constructor(reason: unknown) {
    super('the server tells no more', { cause: reason });
  }
}
