import { setTimeout as pause } from 'node:timers/promises';
import type { PoolSummary } from '../../dashboard/protocol.ts';
import { type Picture, pictureAfter, pictureOf } from '../../dashboard/shared/picture.ts';
import { CommandError } from '../command-error.ts';
import { oneLine } from '../terminal/printable.ts';
import { type StreamMessage, fetchPools, reasonOf, streamOf } from './top-api.ts';
import type { TopOptions } from './top-options.ts';

/** What is known of a dashboard at some moment. */
export interface TopScene {
  readonly url: string;
  readonly pools: readonly Pick<PoolSummary, 'id' | 'name'>[];
  /** The last one, of a pool that may be gone; absent before the first. */
  readonly picture: Picture | undefined;
  /** What is wrong, in words; absent while all is well. */
  readonly trouble: string | undefined;
}

/** Between two attempts to reach a dashboard, in milliseconds, and before a stream that ended is opened anew. */
const RETRY_MS = 1000;
const AGAIN_MS = 200;

/** Follows a pool of a dashboard, through its going away and coming back. */
export class TopFeed {
  readonly #options: Pick<TopOptions, 'url' | 'pool'>;
  readonly #onChange: () => void;
  #scene: TopScene;
  #isReached = false;
  /** Which pool is wanted; of those of one name the one with this number, while there is one. */
  #wanted: Partial<Pick<PoolSummary, 'id' | 'name'>>;
  #switching = new AbortController();

  /** `onChange` is called whenever `scene` is another one. */
  constructor(options: Pick<TopOptions, 'url' | 'pool'>, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
    this.#wanted = options.pool === undefined ? {} : { name: options.pool };
    this.#scene = { url: options.url, pools: [], picture: undefined, trouble: undefined };
  }

  get scene(): TopScene {
    return this.#scene;
  }

  /**
   * Follows until the signal is aborted, then resolves. Rejects with a `CommandError` when there is no dashboard at the
   * beginning, or when it does not have the pool.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#follow(signal).catch((error: unknown) => this.#bear(error, signal));
    }
  }

  /** Turns to another pool, by its place among them: `+1` is the next one. */
  select(place: number | '+1' | '-1'): void {
    const { pools, picture } = this.#scene;
    const here = pools.findIndex(({ id }) => id === (picture?.pool ?? this.#wanted.id));
    const there = typeof place === 'number' ? place : (here + Number(place) + pools.length) % pools.length;
    const pool = pools[there];
    if (pool === undefined || there === here) return;
    this.#wanted = { id: pool.id, name: pool.name };
    this.#switching.abort();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { pools } = await fetchPools(this.#options.url, signal);
    const pool = this.#choice(pools);
    if (!this.#isReached && pool === undefined && this.#options.pool !== undefined) throw this.#missing(pools);
    this.#isReached = true;
    // What was wrong is over when there is something to be seen again.
    this.#change({ pools, ...(pool === undefined && { trouble: this.#absence() }) });
    if (pool !== undefined) await this.#watch(pool, signal);
    else await pause(RETRY_MS, undefined, { signal });
  }

  /** Goes on after a while, but for what is wrong at the beginning. */
  async #bear(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (!this.#isReached) throw asCommandError(error, this.#options.url);
    this.#change({ trouble: `the dashboard is away: ${oneLine(reasonOf(error))}` });
    await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }

  async #watch({ id, name }: PoolSummary, signal: AbortSignal): Promise<void> {
    this.#wanted = { id, name };
    this.#switching = new AbortController();
    const switched = this.#switching.signal;
    try {
      for await (const message of streamOf(this.#options.url, id, AbortSignal.any([signal, switched]))) {
        if (!switched.aborted) this.#take(message);
      }
    } catch (error) {
      if (!switched.aborted) throw error;
    }
    if (!switched.aborted) await pause(AGAIN_MS, undefined, { signal });
  }

  #take(message: StreamMessage): void {
    switch (message.name) {
      case 'snapshot':
        this.#change({ picture: pictureOf(message.data), trouble: undefined });
        return;
      case 'frame':
        if (this.#scene.picture) this.#change({ picture: pictureAfter(this.#scene.picture, message.data) });
        return;
      case 'pools':
        this.#change({ pools: message.data.pools });
        return;
      case 'gone':
        // Whether there are others is told by the list that is asked for next.
        this.#change({ trouble: `the pool ${oneLine(this.#wanted.name ?? '')} is gone` });
    }
  }

  /** After a restart the numbers are others; any pool will do where nobody has chosen one. */
  #choice(pools: readonly PoolSummary[]): PoolSummary | undefined {
    const { id, name } = this.#wanted;
    const named = pools.filter((pool) => name === undefined || pool.name === name);
    const other = this.#options.pool === undefined ? pools[0] : undefined;
    return named.find((pool) => pool.id === id) ?? named[0] ?? other;
  }

  #absence(): string {
    const { pool } = this.#options;
    return pool === undefined ? 'there is no pool now' : `there is no pool ${oneLine(pool)} now`;
  }

  #missing(pools: readonly PoolSummary[]): CommandError {
    const names = pools.map(({ name }) => name).join(', ') || 'none';
    return new CommandError(
      `there is no pool ${this.#options.pool ?? ''} at ${this.#options.url}; there are: ${names}`,
    );
  }

  #change(changes: Partial<TopScene>): void {
    this.#scene = { ...this.#scene, ...changes };
    this.#onChange();
  }
}

function asCommandError(error: unknown, url: string): CommandError {
  return error instanceof CommandError ? error : new CommandError(`cannot watch ${url}: ${reasonOf(error)}`);
}
