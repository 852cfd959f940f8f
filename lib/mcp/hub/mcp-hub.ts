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
import { type OptionNames, checkKnown, didYouMean, nearest } from '../../base/known-options.ts';
import { report } from '../../base/report.ts';
import { closedError } from '../../errors.ts';
import type { ConfiguredServer, ReadyServer } from '../config/configured-server.ts';
import type { McpConfig } from '../config/read-config.ts';
import { type McpPoolFamily, createMcpPoolFamily } from '../family/mcp-pool-family.ts';
import type { McpPoolOptions } from '../mcp-pool-options.ts';
import type { McpPool } from '../mcp-pool.ts';
import type { McpClient } from '../requests/client.ts';
import type { McpList } from '../subscriptions/subscriptions.ts';
import { Catalogue } from './catalogue.ts';
import { hubClient } from './hub-client.ts';
import { type HubServer, areSame, hubServer, unusedServer } from './hub-server.ts';
import { LogLevels } from './log-levels.ts';
import { type NameRule, checkNameRule } from './names.ts';
import { ServerLists } from './server-lists.ts';

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
  /** Completes when the hub has been closed. @internal */
  readonly ended$: Observable<unknown>;
  /**
   * The pool of a server, opened if it is not open. Throws a `RangeError` for a server that there is not, the error of a server
   * that cannot be used, and a `PoolError` with `POOL_CLOSED` after `close()`.
   */
  pool(server: string): McpPool;
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
    return { name, status: 'ready', options: { name, ...options }, warnings: [] };
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
  readonly #servers: readonly ConfiguredServer[];
  readonly #ready: ReadonlyMap<string, ReadyServer>;
  readonly #family: McpPoolFamily<string>;
  readonly #lists: ReadonlyMap<string, ServerLists>;
  readonly #logLevels: LogLevels;
  #isClosed = false;

  constructor(servers: readonly ConfiguredServer[], options: Required<McpHubOptions>) {
    this.#servers = servers;
    this.ended$ = this.#end$.asObservable();
    this.#ready = new Map(servers.filter(isReady).map((server) => [server.name, server]));
    this.#family = createMcpPoolFamily<string>({
      key: (name) => name,
      options: (name) => this.#configured(name).options,
      name: 'hub',
      maxPools: Math.max(1, this.#ready.size),
      idleTimeoutMs: options.idleTimeoutMs,
    });
    const changed$ = new Subject<McpList>();
    const changed = changed$.next.bind(changed$);
    const pool = this.#family.for.bind(this.#family);
    const listsOf = (name: string): ServerLists => new ServerLists({ name, pool: () => pool(name), changed });
    this.#lists = new Map([...this.#ready.keys()].map((name) => [name, listsOf(name)]));
    const lists = [...this.#lists.values()];
    this.catalogue = new Catalogue(lists, {
      isBare: isBare(options.names, servers),
      timeoutMs: options.listTimeoutMs,
      changed$,
    });
    this.listChanges$ = changed$.pipe(takeUntil(this.ended$));
    this.tools$ = toolsOf(this.catalogue, this.listChanges$);
    this.servers$ = concat(of(0), merge(interval(LOOK_MS), this.listChanges$)).pipe(
      map(() => this.servers),
      distinctUntilChanged(areSame),
      takeUntil(this.ended$),
    );
    this.#logLevels = new LogLevels(this.#family);
    this.client = hubClient({
      catalogue: this.catalogue,
      servers: lists,
      reach: (name) => ({ client: this.pool(name).client, timeoutMs: this.#ready.get(name)?.timeoutMs }),
      tellLevel: this.#logLevels.set.bind(this.#logLevels),
      checkOpen: () => {
        if (this.#isClosed) throw closedError('hub');
      },
    });
  }

  get servers(): readonly HubServer[] {
    return this.#servers.map((server) => {
      const lists = this.#lists.get(server.name);
      return lists === undefined ? unusedServer(server) : hubServer(lists);
    });
  }

  pool(server: string): McpPool {
    const { name } = this.#configured(server);
    const pool = this.#family.for(name);
    // Reads what the server lists now, unless that was done since its pool was opened.
    void this.#lists.get(name)?.start();
    return pool;
  }

  close(options?: { readonly timeoutMs?: number }): Promise<void> {
    const closed = this.#family.close(options);
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

  #configured(name: string): ReadyServer {
    const ready = this.#ready.get(name);
    if (ready !== undefined) return ready;
    const server = this.#servers.find((each) => each.name === name);
    if (server?.status === 'failed') throw server.error;
    if (server !== undefined) throw new RangeError(`the server ${name} is disabled`);
    const names = this.#servers.map((each) => each.name);
    throw new RangeError(`there is no server ${name}${didYouMean(nearest(name, names))}`);
  }
}

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

function isReady(server: ConfiguredServer): server is ReadyServer {
  return server.status === 'ready';
}
