import type { Observable } from 'rxjs';
import type { Pool } from '../pool/pool.ts';
import type { PeerFigures } from './protocol.ts';
import type { McpRequestEvent } from '../mcp/requests/request-watch.ts';

/** What a dashboard needs of a pool, whatever its connections are; requests are shown where the pool tells of them. */
export type WatchedPool = Pick<Pool<unknown>, 'name' | 'state' | 'metrics' | 'events$' | 'pressure' | 'why'> & {
  /** What became of each request, where the pool tells of it. */
  readonly requests$?: Observable<McpRequestEvent>;
};

/** Pools that come and go: what `createMcpPoolFamily` makes, or anything of yours that knows which pools there are now. */
export interface PoolSource {
  /** The pools that there are now; asked whenever the list is shown. */
  pools(): readonly WatchedPool[];
  /** Other processes that serve the same, where some are known: they are listed below the pools. */
  readonly peers?: readonly PeerFigures[];
}
