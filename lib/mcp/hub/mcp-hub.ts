import type { Tool } from '@modelcontextprotocol/client';
import {
  AsyncSubject,
  type Observable,
  Subject,
  concat,
  defer,
  distinctUntilChanged,
  filter,
  interval,
  map,
  merge,
  of,
  takeUntil,
} from 'rxjs';
import { checkObject, duration } from '../../base/durations.ts';
import { type OptionNames, checkKnown } from '../../base/known-options.ts';
import { report } from '../../base/report.ts';
import { closedError } from '../../errors.ts';
import type { ConfiguredServer } from '../config/configured-server.ts';
import type { McpConfig } from '../config/read-config.ts';
import type { McpPoolFamily } from '../family/mcp-pool-family.ts';
import type { McpPoolOptions } from '../mcp-pool-options.ts';
import type { McpPool } from '../mcp-pool.ts';
import type { McpClient } from '../requests/client.ts';
import type { McpList } from '../subscriptions/subscriptions.ts';
import { Catalogue } from './catalogue.ts';
import { hubClient } from './hub-client.ts';
import { HubPools, closeUnused } from './hub-pools.ts';
import { type HubServer, areSame, hubServer, unusedServer } from './hub-server.ts';
import { LogLevels } from './log-levels.ts';
import { type NameRule, checkNameRule } from './names.ts';

/** How several servers are put together. Times are in milliseconds. */
export interface McpHubOptions {
  /** How tools and prompts are called, `auto`. */
  readonly names?: NameRule;
  /** The pool of a server that nobody has needed for so long is closed, and opened anew when it is needed; 300 000, 0: never. */
  readonly idleTimeoutMs?: number;
  /** For so long a server that was never read keeps the lists of the others waiting, 30 000. Its part follows. */
  readonly listTimeoutMs?: number;
}

/** Several servers as one. */
export interface McpHub {
  /**
   * A client of all of them: lists are those of all servers, and what has a name goes to the server that has it. A server is
   * started by the first call that needs it. Calls reject with a `ProtocolError` for what no server has.
   */
  readonly client: McpClient;
  /** How each server is, those included that are disabled or cannot be used; in the order of the configuration. */
  readonly servers: readonly HubServer[];
  /**
   * The same as it is now, then whenever it has changed: it is looked at four times a second while somebody is subscribed.
   * Starts nothing. Never errors; completes with the hub.
   */
  readonly servers$: Observable<readonly HubServer[]>;
  /**
   * The tools of all servers, as they are known now and whenever they have changed. Starts all servers. Never errors, since a
   * server that is not there leaves out its part; completes with the hub.
   */
  readonly tools$: Observable<readonly Tool[]>;
  /** Emits the name of a list when it has changed: that of a server, or because a server is there now. Starts nothing. */
  readonly listChanges$: Observable<McpList>;
  /** Which server has what. @internal */
  readonly catalogue: Catalogue;
  /** The pools that are open at present, and each other one as it is opened. @internal */
  readonly family: Pick<McpPoolFamily<string>, 'pools' | 'pools$'>;
  /** Completes when the hub has been closed. @internal */
  readonly ended$: Observable<unknown>;
  /**
   * The pool of a server, opened if it is not open. Throws a `RangeError` for a server that there is not, the error of a server
   * that cannot be used, and a `PoolError` with `POOL_CLOSED` after `close()`.
   */
  pool(server: string): McpPool;
  /**
   * Has these servers in place of those that it had. One whose entry is the same keeps its connections: the same object, or an
   * entry of a file that says the same. One that has changed gets a new pool. What is under way goes on where it is: pools that
   * are of no more use are closed when nobody uses them, or after `drainMs`, 30 000 ms; 0: as long as it takes. Whoever listens hears of lists that
   * have changed. Resolves when those pools are closed; rejects where `createMcpHub` would throw, and then nothing has changed.
   */
  reload(
    config: McpConfig | Readonly<Record<string, McpPoolOptions>>,
    options?: { readonly drainMs?: number },
  ): Promise<void>;
  /** Closes all pools, as `pool.close()` does; resolves when the last is closed. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** For `await using`: the same as `close()`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** How often the servers are looked at while somebody listens, in milliseconds. */
const LOOK_MS = 250;

/**
 * Puts several servers together: those of a configuration that `readConfig` has read, or the options of a pool for each name.
 * Nothing is started before it is needed. Throws a `TypeError` or `RangeError` for bad options; a server whose entry cannot
 * be used takes no other along.
 */
export function createMcpHub(
  config: McpConfig | Readonly<Record<string, McpPoolOptions>>,
  options: McpHubOptions = {},
): McpHub {
  checkObject('config', config);
  checkObject('options', options);
  checkKnown('createMcpHub', options, optionNames);
  const { names = 'auto', idleTimeoutMs, listTimeoutMs = 30_000 } = options;
  checkNameRule(names);
  return new Hub(serversIn(config), {
    names,
    idleTimeoutMs: duration('idleTimeoutMs', idleTimeoutMs ?? 300_000),
    listTimeoutMs: duration('listTimeoutMs', listTimeoutMs),
  });
}

const optionNames: OptionNames<McpHubOptions> = { names: true, idleTimeoutMs: true, listTimeoutMs: true };

/** The servers of what `createMcpHub` takes. @internal */
export function serversIn(config: McpConfig | Readonly<Record<string, McpPoolOptions>>): readonly ConfiguredServer[] {
  if (Array.isArray(config.servers)) return config.servers as readonly ConfiguredServer[];
  return Object.entries(config as Readonly<Record<string, McpPoolOptions>>).map(([name, options]) => {
    checkObject(`the options of ${name}`, options);
    return { name, status: 'ready', options: { name, ...options }, warnings: [], source: options };
  });
}

class Hub implements McpHub {
  readonly client: McpClient;
  readonly servers$: Observable<readonly HubServer[]>;
  readonly tools$: Observable<readonly Tool[]>;
  readonly listChanges$: Observable<McpList>;
  readonly catalogue: Catalogue;
  readonly ended$: Observable<unknown>;
  readonly #end$ = new AsyncSubject<true>();
  readonly #changed$ = new Subject<McpList>();
  readonly #names: NameRule;
  readonly #pools: HubPools;
  #isClosed = false;

  constructor(servers: readonly ConfiguredServer[], { names, idleTimeoutMs, listTimeoutMs }: Required<McpHubOptions>) {
    this.#names = names;
    this.ended$ = this.#end$.asObservable();
    const pools = new HubPools(servers, { idleTimeoutMs, changed: this.#changed$.next.bind(this.#changed$) });
    this.#pools = pools;
    this.catalogue = new Catalogue(pools.lists, {
      isBare: isBare(names, servers),
      timeoutMs: listTimeoutMs,
      changed$: this.#changed$,
    });
    this.listChanges$ = this.#changed$.pipe(takeUntil(this.ended$));
    this.tools$ = toolsOf(this.catalogue, this.listChanges$);
    this.servers$ = concat(of(0), merge(interval(LOOK_MS), this.listChanges$)).pipe(
      map(() => this.servers),
      distinctUntilChanged(areSame),
      takeUntil(this.ended$),
    );
    const logLevels = new LogLevels(pools.family);
    this.client = hubClient({
      catalogue: this.catalogue,
      servers: () => pools.lists,
      reach: (name) => ({ client: this.pool(name).client, timeoutMs: pools.timeoutOf(name) }),
      tellLevel: logLevels.set.bind(logLevels),
      checkOpen: this.#checkOpen.bind(this),
    });
  }

  get family(): Pick<McpPoolFamily<string>, 'pools' | 'pools$'> {
    return this.#pools.family;
  }

  get servers(): readonly HubServer[] {
    return this.#pools.servers.map((server) => {
      const lists = this.#pools.listsOf(server.name);
      return lists === undefined ? unusedServer(server) : hubServer(lists);
    });
  }

  pool(server: string): McpPool {
    const pool = this.#pools.pool(server);
    // Reads what the server lists now, unless that was done since its pool was opened.
    void this.#pools.listsOf(server)?.start();
    return pool;
  }

  async reload(
    config: McpConfig | Readonly<Record<string, McpPoolOptions>>,
    { drainMs = 30_000 }: { readonly drainMs?: number } = {},
  ): Promise<void> {
    checkObject('config', config);
    const servers = serversIn(config);
    const withinMs = duration('drainMs', drainMs);
    this.#checkOpen();
    const before = this.catalogue.listed;
    const wasRead = this.#pools.lists.some(({ isKnown }) => isKnown);
    const left = this.#pools.take(servers);
    this.catalogue.take(this.#pools.lists, isBare(this.#names, servers));
    const { listed } = this.catalogue;
    const isChanged = (list: McpList): boolean => JSON.stringify(before[list]) !== JSON.stringify(listed[list]);
    for (const list of lists.filter(isChanged)) this.#changed$.next(list);
    // Whoever has heard of the others is to hear of these.
    if (wasRead) this.catalogue.read().catch(report);
    await Promise.all(left.map((pool) => closeUnused(pool, withinMs)));
  }

  close(options?: { readonly timeoutMs?: number }): Promise<void> {
    const closed = this.#pools.family.close(options);
    this.#isClosed = true;
    void closed.then(() => {
      this.#end$.next(true);
      this.#end$.complete();
    });
    return closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw closedError('hub');
  }
}

const lists: readonly McpList[] = ['tools', 'prompts', 'resources'];

/** The tools as they are known, from the start of all servers on. */
function toolsOf(catalogue: Catalogue, changes$: Observable<McpList>): Observable<readonly Tool[]> {
  return defer(() => {
    // Whoever is subscribed hears of each server as it comes.
    catalogue.read().catch(report);
    const changed$ = changes$.pipe(filter((list) => list === 'tools'));
    return concat(of('tools'), changed$).pipe(map(() => catalogue.listed.tools));
  });
}

/** Those count that cannot be used as well: names must not depend on whether a variable is set. */
function isBare(rule: NameRule, servers: readonly ConfiguredServer[]): boolean {
  if (rule !== 'auto') return rule === 'never';
  return servers.filter(({ status }) => status !== 'disabled').length <= 1;
}
