import { type Observable, mergeMap, of } from 'rxjs';
import type { McpPool } from '../mcp/mcp-pool.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

/** The pools that a gateway has at present, whatever class of clients they are for. */
export function poolsOf({ open }: Pick<Upstreams, 'open'>): readonly McpPool[] {
  return [...open.values()].flatMap((upstream) => (isHub(upstream) ? upstream.family.pools() : [upstream]));
}

/** The same, then each other one as it is opened. Never completes. */
export function poolsOf$({ opened$ }: Pick<Upstreams, 'opened$'>): Observable<McpPool> {
  return opened$.pipe(mergeMap((upstream) => (isHub(upstream) ? upstream.family.pools$ : of(upstream))));
}

function isHub(upstream: Upstream): upstream is Exclude<Upstream, McpPool> {
  return 'family' in upstream;
}
