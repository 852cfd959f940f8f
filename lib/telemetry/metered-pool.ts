import type { Observable } from 'rxjs';
import type { Pool } from '../pool/pool.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import type { RequestWatcher } from '../mcp/requests/request-watch.ts';

/** What is looked at of a pool; of its requests only where it is one of MCP connections. */
export interface MeteredPool extends Pick<Pool<unknown>, 'name' | 'state' | 'metrics' | 'events$'> {
  /** Looks at requests from their beginning, until unsubscribed from. */
  watchRequests?(watcher: RequestWatcher): ReturnType<McpPool['watchRequests']>;
}

/** What is looked at of a family (`createMcpPoolFamily`). */
export interface MeteredPools {
  /** The family's name. */
  readonly name: string;
  /** The pools that there are, then each other one as it is opened. */
  readonly pools$: Observable<McpPool>;
}

/** How series are named, for exporters of any kind. */
export interface NameOptions {
  /**
   * What a pool is called; its name when left out, and in a family the family's, since pools that come and go would
   * make series without end. Pools of the same name are added up.
   */
  readonly name?: (pool: MeteredPool) => string;
  /** Names of one kind at most (pools, endpoints, methods, tools, errors), 100; all further ones are called `other`. */
  readonly maxNames?: number;
}
