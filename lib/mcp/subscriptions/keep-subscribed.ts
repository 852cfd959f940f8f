import { Observable } from 'rxjs';
import { Following, type SubscriptionHost } from './following.ts';
import type { Topic } from './server-subscription.ts';

/**
 * Emits the topic's value whenever a server of the pool tells of it, on whichever of its connections, for as long as the
 * pool is open. When something may have been missed, because nobody listened for a while or a session was begun anew, the
 * value is emitted once more. Failures that pass are waited out. Completes with the pool; errors when no server tells of
 * the topic, or connecting is of no use.
 */
export function keepSubscribed<T>(host: SubscriptionHost, topic: Topic<T>): Observable<T> {
  return new Observable((subscriber) => {
    const following = new Following(host, topic, {
      next: () => {
        subscriber.next(topic.value);
      },
      error: subscriber.error.bind(subscriber),
      complete: subscriber.complete.bind(subscriber),
    });
    subscriber.add(() => {
      following.end();
    });
    following.begin();
  });
}
