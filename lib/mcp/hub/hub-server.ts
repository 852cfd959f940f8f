import { toError } from '../../base/thrown.ts';
import { internals } from '../../pool/internals.ts';
import type { ConfiguredServer } from '../config/configured-server.ts';
import type { ServerLists } from './server-lists.ts';

/**
 * How a server of a hub is. `disabled`: its file says so. `idle`: nobody has needed it yet, or not for long. `starting`: its
 * first connection is being opened. `up`: it has a connection. `failed`: it could not be reached, or its entry cannot be used.
 */
export type HubServerStatus = 'disabled' | 'idle' | 'starting' | 'up' | 'failed';

/** One server of a hub. */
export interface HubServer {
  /** Its name in the configuration. */
  readonly name: string;
  /** How it is. */
  readonly status: HubServerStatus;
  /** Why it is not there, where it has failed; of one that is up, why a list of it could not be read. */
  readonly error?: Error;
  /** When it is tried again, in milliseconds of the monotonic clock; absent where that is not known. */
  readonly retryAt?: number;
  /** Connections that are up. */
  readonly connections: number;
  /** Tools that it listed when it was last read. */
  readonly tools: number;
}

/** A server of which nothing but its entry is known. */
export function unusedServer(server: ConfiguredServer): HubServer {
  const nothing = { name: server.name, connections: 0, tools: 0 };
  if (server.status === 'failed') return { ...nothing, status: 'failed', error: server.error };
  return { ...nothing, status: server.status === 'disabled' ? 'disabled' : 'idle' };
}

/** How a server is, by its pool and its lists. */
export function hubServer(lists: ServerLists): HubServer {
  const { name, pool, error, listed } = lists;
  const tools = listed.tools.length;
  if (pool === undefined) {
    return { name, status: error === undefined ? 'idle' : 'failed', ...(error && { error }), connections: 0, tools };
  }
  const { idle, active, retryAt, circuit } = pool.state;
  const connections = idle + active;
  if (connections > 0) {
    // Whoever was read once is here: what failed since is the reading of a list.
    const partly = lists.isKnown && error !== undefined && { error };
    return { name, status: 'up', ...partly, connections, tools };
  }
  const cause = internals(pool)?.lastError() ?? error;
  if (cause === undefined) return { name, status: 'starting', connections, tools };
  const again = circuit === 'open' && retryAt > 0 && { retryAt };
  return { name, status: 'failed', error: toError(cause), ...again, connections, tools };
}

/** Whether two looks at the same servers show the same. */
export function areSame(servers: readonly HubServer[], others: readonly HubServer[]): boolean {
  return servers.every((server, n) => {
    const other = others[n];
    const isSame = (name: keyof HubServer): boolean => server[name] === other?.[name];
    return (['status', 'error', 'retryAt', 'connections', 'tools'] as const).every(isSame);
  });
}
