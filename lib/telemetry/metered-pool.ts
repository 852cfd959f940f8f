import type { Observable } from 'rxjs';
import type { Pool } from '../pool/pool.ts';
import type { McpPool } from '../mcp/mcp-pool.ts';
import type { RequestWatcher } from '../mcp/requests/request-watch.ts';

/** What exporters need of a pool. `watchRequests` exists only on pools of MCP connections. */
export interface MeteredPool extends Pick<Pool<unknown>, 'name' | 'state' | 'metrics' | 'events$'> {
  /** Observes requests from their beginning, until unsubscribed from. */
  watchRequests?(watcher: RequestWatcher): ReturnType<McpPool['watchRequests']>;
}

/** What exporters need of a family of pools (`createMcpPoolFamily`). */
export interface MeteredPools {
  /** The family's name. */
  readonly name: string;
  /** The existing pools, then each new one when it is opened. */
  readonly pools$: Observable<McpPool>;
}

/** How exporters of any kind name series. */
export interface NameOptions {
  /**
   * The name of a pool in its series. Default: its own name; in a family the family's, since pools that come and go
   * would create new series without end. Pools of the same name are added up.
   */
  readonly name?: (pool: MeteredPool) => string;
  /**
   * The limit of names of one kind (pools, endpoints, methods, tools, errors); all further ones are called `other`.
   * Default: 100.
   */
  readonly maxNames?: number;
}
