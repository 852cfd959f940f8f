import { Observable, type Subscriber } from 'rxjs';

/**
 * A stream for those who count and measure at each event, and neither throw nor send anything: as a `Subject`, without
 * what that does to be safe from its observers, which takes longer than to count.
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

  /** Tells all; costs next to nothing while nobody is subscribed. */
  next(value: T): void {
    for (const subscriber of this.#subscribers) subscriber.next(value);
  }

  complete(): void {
    this.#isComplete = true;
    for (const subscriber of this.#subscribers) subscriber.complete();
  }
}
