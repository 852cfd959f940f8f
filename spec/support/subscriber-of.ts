import { Observable, type Subscriber } from 'rxjs';

/** The subscriber of somebody who does not listen. */
export function subscriberOf<T>(): Subscriber<T> {
  const own: { subscriber?: Subscriber<T> } = {};
  new Observable<T>((subscriber) => {
    own.subscriber = subscriber;
  }).subscribe();
  if (own.subscriber === undefined) throw new Error('nobody subscribed');
  return own.subscriber;
}
