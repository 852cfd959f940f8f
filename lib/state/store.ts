import { BehaviorSubject, Observable } from 'rxjs';
import type { Committer } from '../events/inbox.ts';
import type { Delivery } from '../events/delivery.ts';
import type { PoolEvent } from '../events/pool-event.ts';
import type { EndpointTable } from './endpoint-table.ts';
import type { NextRequest, PoolState } from './pool-state.ts';
import { reduce } from './reduce.ts';
import { Snapshot } from './snapshot.ts';

/** Holds the state and hands out snapshots of it. An event costs no snapshot while nobody observes `state$`. */
export class Store implements Committer {
  /**
   * The state after each event, beginning with the present one. A `BehaviorSubject` carries it, which is fed only while
   * it has subscribers and brought up to date on subscription. Never errors; completes with the pool.
   */
  readonly state$: Observable<PoolState>;
  readonly #subject$: BehaviorSubject<PoolState>;
  #state = new Snapshot();
  #completed = false;

  constructor() {
    this.#subject$ = new BehaviorSubject<PoolState>(this.snapshot());
    this.state$ = new Observable((subscriber) => {
      // A completed `BehaviorSubject` does not emit its last value to new subscribers.
      if (this.#completed) subscriber.next(this.snapshot());
      else if (!this.#subject$.observed) this.#publish(this.snapshot());
      this.#subject$.subscribe(subscriber);
    });
  }

  /**
   * The present state, to be read at once: the next event may edit it in place. To keep a state take a `snapshot()`.
   */
  get current(): PoolState {
    return this.#state;
  }

  /** The endpoints of the present state, for lookups. */
  get endpoints(): Pick<EndpointTable, 'aside' | 'get' | 'length'> {
    return this.#state.endpointTable;
  }

  /** The present state as a snapshot that never changes. */
  snapshot(): PoolState {
    return this.#state.handOut();
  }

  /** A snapshot of the present state that has `request` as `next`. */
  serving(request: NextRequest): PoolState {
    return this.#state.serving(request);
  }

  get poolName(): string {
    return this.#state.name;
  }

  /** The version that the next event makes. */
  get nextVersion(): number {
    return this.#state.version + 1;
  }

  /**
   * The state to change in place, by one of the transitions that `reduce` uses as well: a hand-over, which counts its own
   * versions.
   */
  draft(): Snapshot {
    return (this.#state = this.#state.draft());
  }

  /** The same as the next version. */
  nextDraft(): Snapshot {
    const draft = this.draft();
    draft.version++;
    return draft;
  }

  commit(event: PoolEvent): Delivery | undefined {
    this.#state = reduce(this.#state, event);
    return this.delivery();
  }

  delivery(): Delivery | undefined {
    return this.#subject$.observed ? new StateDelivery(this.#publish, this.snapshot()) : undefined;
  }

  /** Brings `state$` up to date and completes it. */
  complete(): void {
    this.#publish(this.snapshot());
    this.#completed = true;
    this.#subject$.complete();
  }

  readonly #publish = (snapshot: PoolState): void => {
    // An observer that subscribed while older snapshots were still queued has begun with a newer one; it must not go
    // back.
    if (snapshot.version > this.#subject$.value.version) this.#subject$.next(snapshot);
  };
}

class StateDelivery implements Delivery {
  readonly #publish: (snapshot: PoolState) => void;
  readonly #snapshot: PoolState;

  constructor(publish: (snapshot: PoolState) => void, snapshot: PoolState) {
    this.#publish = publish;
    this.#snapshot = snapshot;
  }

  deliver(): void {
    this.#publish(this.#snapshot);
  }
}
