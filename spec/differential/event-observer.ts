import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { PublishedEvent } from '../../lib/events/event-channel.ts';
import type { PoolEvent, PoolState } from '../../lib/index.ts';
import { listen } from '../support/listen.ts';
import type { Library } from './library.ts';
import { Blind, type Observed } from './observer.ts';
import { POOL_NAME } from './stage.ts';

/** Knows the state by the events alone. */
class EventObserver extends Blind {
  readonly #replay: Library['replay'];
  readonly #log: PoolEvent[] = [];
  #replayed = 0;
  #state: PoolState | undefined;

  constructor({ replay }: Library) {
    super();
    this.#replay = replay;
  }

  override state(): string | undefined {
    this.#state = this.#replay(this.#log.slice(this.#replayed), this.#state);
    this.#replayed = this.#log.length;
    return JSON.stringify(this.#state);
  }

  override end(): void {
    assert.deepEqual(
      this.#log.map(({ version }) => version),
      this.#log.map((_, i) => i + 1),
      'a version is missing, or stands twice',
    );
    assert.equal(JSON.stringify(this.#replay(this.#log)), this.state(), 'I15 replay(log)');
  }

  protected add(event: PoolEvent): void {
    this.#log.push(event);
    // The stack of a leak tells who has called, which is not the pool's doing.
    this.seen.push(JSON.stringify(event.type === 'leak' ? { ...event, stack: '' } : event));
  }
}

/** Subscribed to `events$`. */
export class StreamObserver extends EventObserver {
  constructor(library: Library, pool: Observed) {
    super(library);
    listen(pool.events$, this.add.bind(this));
  }
}

/** Subscribed to the channel of `node:diagnostics_channel`, and to nothing of the pool's. */
export class ChannelObserver extends EventObserver {
  readonly #hear = (message: unknown): void => {
    const { pool, event } = message as PublishedEvent;
    // Specs share a process, and a pool of another one may still have something to tell.
    if (pool === POOL_NAME) this.add(event);
  };

  constructor(library: Library) {
    super(library);
    subscribe('rx-mcp-pool:event', this.#hear);
  }

  override end(): void {
    unsubscribe('rx-mcp-pool:event', this.#hear);
    super.end();
  }
}
