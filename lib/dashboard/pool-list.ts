import { report } from '../base/report.ts';
import type { PoolList } from './protocol.ts';
import { type FeedOptions, PoolFeed } from './pool-feed.ts';
import type { PoolSource, WatchedPool } from './watched-pool.ts';

/** What can be watched: one pool, several, or those of a source at each moment. */
export type Pools = WatchedPool | readonly WatchedPool[] | PoolSource;

/** How often a source is asked for its pools while all that they do is recorded, in milliseconds. */
const LOOK_MS = 250;

/** The pools that are served, each with a number of its own. */
export class ListedPools {
  readonly #pools: () => readonly WatchedPool[];
  readonly #source: Pick<PoolSource, 'peers'>;
  readonly #options: FeedOptions;
  readonly #feeds = new Map<WatchedPool, PoolFeed>();
  readonly #timer: NodeJS.Timeout | undefined;
  #list: PoolList = { pools: [] };
  #ids = 0;
  #isClosed = false;

  constructor(pools: Pools, options: Omit<FeedOptions, 'pools'>) {
    this.#pools = listOf(pools);
    this.#source = isSource(pools) ? pools : {};
    this.#options = {
      ...options,
      pools: () => {
        this.#look();
        return this.#list;
      },
    };
    this.#look();
    if (options.history === 'always' && isSource(pools)) this.#timer = setInterval(this.#look, LOOK_MS);
  }

  /** All of them, as they are now. */
  list(): PoolList {
    this.#look();
    const pools = [...this.#feeds.values()].map(({ summary }) => summary);
    const { peers = [] } = this.#source;
    return { pools, ...(peers.length > 0 && { peers }) };
  }

  find(id: number): PoolFeed | undefined {
    this.#look();
    for (const feed of this.#feeds.values()) if (feed.id === id) return feed;
    return undefined;
  }

  /** Those of this name; without any, the one of this number. */
  named(name: string): readonly PoolFeed[] {
    this.#look();
    const feeds = [...this.#feeds.values()];
    const named = feeds.filter(({ pool }) => pool.name === name);
    return named.length > 0 ? named : feeds.filter(({ id }) => String(id) === name);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
  }

  /** What a source throws is reported, and the list stays as it is. */
  #ask(): ReadonlySet<WatchedPool> | undefined {
    try {
      return new Set(this.#pools());
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  readonly #look = (): void => {
    if (this.#isClosed) return;
    const pools = this.#ask();
    if (pools === undefined) return;
    const gone = [...this.#feeds].filter(([pool]) => !pools.has(pool));
    const come = [...pools].filter((pool) => !this.#feeds.has(pool));
    if (gone.length === 0 && come.length === 0) return;
    for (const pool of come) this.#feeds.set(pool, new PoolFeed(++this.#ids, pool, this.#options));
    for (const [pool] of gone) this.#feeds.delete(pool);
    this.#list = { pools: [...this.#feeds.values()].map(({ summary }) => summary) };
    for (const [, feed] of gone) feed.close();
  };
}

function listOf(pools: Pools): () => readonly WatchedPool[] {
  const list = isSource(pools) ? pools.pools() : toList(pools);
  for (const pool of list) checkPool(pool);
  return isSource(pools) ? () => pools.pools() : () => list;
}

function toList(pools: WatchedPool | readonly WatchedPool[]): readonly WatchedPool[] {
  return Array.isArray(pools) ? [...(pools as readonly WatchedPool[])] : [pools as WatchedPool];
}

function isSource(pools: Pools): pools is PoolSource {
  return typeof Reflect.get(Object(pools) as object, 'pools') === 'function';
}

function checkPool(pool: unknown): void {
  if (typeof Reflect.get(Object(pool) as object, 'why') === 'function') return;
  throw new TypeError('pools must be a pool, a list of pools or what createMcpPoolFamily makes');
}
