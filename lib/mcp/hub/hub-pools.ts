import { setTimeout as sleep } from 'node:timers/promises';
import { didYouMean, nearest } from '../../base/known-options.ts';
import { internals } from '../../pool/internals.ts';
import { leasesOf } from '../../state/pool-state.ts';
import type { ConfiguredServer, ReadyServer } from '../config/configured-server.ts';
import { areSameEntries } from '../config/same-entries.ts';
import { type McpPoolFamily, createMcpPoolFamily } from '../family/mcp-pool-family.ts';
import type { McpPool } from '../mcp-pool.ts';
import type { McpList } from '../subscriptions/subscriptions.ts';
import { ServerLists } from './server-lists.ts';

/** What the pools of a hub are opened and told by. */
interface HubPoolsOptions {
  readonly idleTimeoutMs: number;
  /** Called when what a server lists is not what it was. */
  readonly changed: (list: McpList) => void;
}

/** A server that can be used, as long as its entry stays what it is. */
interface Seat {
  /** Names its pool among those of all servers that there are, and that there were. */
  readonly key: string;
  readonly server: ReadyServer;
  readonly lists: ServerLists;
}

/** How often it is looked whether a pool is still used, in milliseconds. */
const LOOK_MS = 25;
/** How many there are follows from the configuration. */
const MOST_POOLS = 100_000;

/** The servers of a hub with their pools, each opened when it is needed, and their lists. */
export class HubPools {
  readonly family: McpPoolFamily<string>;
  readonly #options: HubPoolsOptions;
  #servers: readonly ConfiguredServer[] = [];
  #seats: ReadonlyMap<string, Seat> = new Map();
  #lastKey = 0;

  constructor(servers: readonly ConfiguredServer[], options: HubPoolsOptions) {
    this.#options = options;
    this.family = createMcpPoolFamily<string>({
      key: (name) => this.#seatOf(name).key,
      options: (name) => this.#seatOf(name).server.options,
      name: 'hub',
      maxPools: MOST_POOLS,
      idleTimeoutMs: options.idleTimeoutMs,
    });
    this.take(servers);
  }

  /** All servers, those included that are disabled or cannot be used. */
  get servers(): readonly ConfiguredServer[] {
    return this.#servers;
  }

  /** The lists of those that can be used. */
  get lists(): readonly ServerLists[] {
    return [...this.#seats.values()].map(({ lists }) => lists);
  }

  listsOf(name: string): ServerLists | undefined {
    return this.#seats.get(name)?.lists;
  }

  /** How long requests to a server may take where they do not say, in milliseconds. */
  timeoutOf(name: string): number | undefined {
    return this.#seats.get(name)?.server.timeoutMs;
  }

  /** The pool of a server, opened if it is not open. Throws as `McpHub.pool` does. */
  pool(name: string): McpPool {
    // What a family's functions throw is told in its own words.
    return this.family.for(this.#seatOf(name).server.name);
  }

  /**
   * Has these servers in place of those that it had. One whose entry is the same keeps its pool and its lists. Any other one
   * gets new ones, and counts as listing what the one of its name did until it has been read. Returns the pools that are of
   * no more use, which are open still.
   */
  take(servers: readonly ConfiguredServer[]): readonly McpPool[] {
    const before = this.#seats;
    const seats = servers.filter(isReady).map((server) => {
      const known = before.get(server.name);
      return known !== undefined && areSameEntries(known.server, server) ? known : this.#newSeat(server, known);
    });
    this.#servers = servers;
    this.#seats = new Map(seats.map((seat) => [seat.server.name, seat]));
    const left = [...before.values()].filter((seat) => this.#seats.get(seat.server.name) !== seat);
    return left.flatMap(({ lists }) => {
      lists.end();
      return lists.pool ?? [];
    });
  }

  #newSeat(server: ReadyServer, before: Seat | undefined): Seat {
    const key = `${++this.#lastKey} ${server.name}`;
    const { changed } = this.#options;
    const { name, tools: rules } = server;
    const lists = new ServerLists({ name, rules, pool: () => this.pool(name), changed });
    if (before !== undefined) lists.listed = before.lists.listed;
    return { key, server, lists };
  }

  #seatOf(name: string): Seat {
    const seat = this.#seats.get(name);
    if (seat !== undefined) return seat;
    const server = this.#servers.find((each) => each.name === name);
    if (server?.status === 'failed') throw server.error;
    if (server !== undefined) throw new RangeError(`the server ${name} is disabled`);
    const names = this.#servers.map((each) => each.name);
    throw new RangeError(`there is no server ${name}${didYouMean(nearest(name, names))}`);
  }
}

/** Closes a pool once nobody uses it any more, and after so many milliseconds at the latest; 0: as long as it takes. */
export async function closeUnused(pool: McpPool, withinMs: number): Promise<void> {
  const end = withinMs === 0 ? Infinity : performance.now() + withinMs;
  while (isUsed(pool) && performance.now() < end) await sleep(LOOK_MS, undefined, { ref: false });
  await pool.close({ timeoutMs: 0 });
}

function isUsed(pool: McpPool): boolean {
  const { state } = pool;
  return leasesOf(state) + state.waiting + (internals(pool)?.delayedCheckouts() ?? 0) > 0;
}

function isReady(server: ConfiguredServer): server is ReadyServer {
  return server.status === 'ready';
}
