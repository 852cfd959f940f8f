import assert from 'node:assert/strict';
import type { PoolState } from '../../lib/index.ts';
import { listen } from '../support/listen.ts';
import { ChannelObserver, StreamObserver } from './event-observer.ts';
import { Blind, type Observed } from './observer.ts';
import { PasserBy } from './passer-by.ts';
import type { Observe } from './performance.ts';

/** Somebody reads the state after each command; what comes of that is what must come of every script. */
export const looking: Observe = (pool) => [new Onlooker(pool)];

/** Nobody: events are not even told, and the state is the pool's own. */
export const unobserved: Observe = () => [];

/** The other ways to observe a pool; none of them may make a difference. */
export const observations: Readonly<Record<string, Observe>> = {
  events$: (pool, library) => [new StreamObserver(library, pool)],
  'the channel': (_, library) => [new ChannelObserver(library)],
  state$: (pool) => [new StateObserver(pool)],
  metrics$: (pool) => [new MetricsObserver(pool)],
  'somebody who comes and goes': (pool) => [new PasserBy(pool)],
  everybody: (pool, library) => [
    new MetricsObserver(pool),
    new ChannelObserver(library),
    new StateObserver(pool),
    new StreamObserver(library, pool),
    new PasserBy(pool),
  ],
};

/** Reads the state each time: no event finds a state that nobody else holds. */
class Onlooker extends Blind {
  readonly #pool: Observed;

  constructor(pool: Observed) {
    super();
    this.#pool = pool;
  }

  override state(): string {
    return JSON.stringify(this.#pool.state);
  }
}

class StateObserver extends Blind {
  readonly #versions: number[] = [];
  #last: PoolState | undefined;

  constructor({ state$ }: Observed) {
    super();
    listen(state$, (state) => {
      this.#versions.push(state.version);
      this.#last = state;
      this.seen.push(String(state.version));
    });
  }

  override state(): string {
    return JSON.stringify(this.#last);
  }

  override end(): void {
    const [first = 0] = this.#versions;
    assert.deepEqual(
      this.#versions,
      this.#versions.map((_, i) => first + i),
      'state$ has left out a version, or told it twice',
    );
  }
}

class MetricsObserver extends Blind {
  constructor({ metrics$, pressure$, capacity$ }: Observed) {
    super();
    listen(metrics$, (metrics) => this.seen.push(JSON.stringify(metrics)));
    listen(pressure$, (pressure) => this.seen.push(`pressure ${pressure}`));
    listen(capacity$, (capacity) => this.seen.push(`capacity ${capacity}`));
  }
}
