import { Observable, type Subscriber } from 'rxjs';

/** What a watcher is told: events, each state, or the figures of leases and the other events. */
type Told = 'events' | 'states' | 'figures';

/** Counts those who are told what happens to a pool, so that nothing is made for nobody. */
export class Watchers {
  /** All of them. */
  all = 0;
  /** Those who are told each state. */
  ofStates = 0;
  /** Those who are told figures. */
  ofFigures = 0;

  /** The same stream, of which each subscription counts. */
  counted<T>(told: Told, stream$: Observable<T>): Observable<T> {
    return new Observable((subscriber) => {
      this.count(told, subscriber);
      stream$.subscribe(subscriber);
    });
  }

  /** Counts a subscription until it ends. */
  count(told: Told, subscriber: Subscriber<never>): void {
    this.#add(told, 1);
    subscriber.add(() => {
      this.#add(told, -1);
    });
  }

  #add(told: Told, by: 1 | -1): void {
    this.all += by;
    if (told === 'states') this.ofStates += by;
    if (told === 'figures') this.ofFigures += by;
  }
}
