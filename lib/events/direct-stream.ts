import { Observable, type Subscriber } from 'rxjs';

/**
 * A minimal `Subject` for internal observers that count or measure each event, and that neither throw nor send events.
 * It leaves out what a `Subject` does to protect itself from its observers, which would take longer than the counting.
 */
export class DirectStream<T> {
  readonly stream$: Observable<T>;
  #subscribers: readonly Subscriber<T>[] = [];
  #isComplete = false;

  constructor() {
    this.stream$ = new Observable((subscriber) => {
      if (this.#isComplete) subscriber.complete();
      else this.#subscribers = [...this.#subscribers, subscriber];
      return () => {
        this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
      };
    });
  }

  /** Emits to all subscribers; costs next to nothing while there are none. */
  next(value: T): void {
    for (const subscriber of this.#subscribers) subscriber.next(value);
  }

  complete(): void {
    this.#isComplete = true;
    for (const subscriber of this.#subscribers) subscriber.complete();
  }
}
