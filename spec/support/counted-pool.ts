import { Observable } from 'rxjs';
import type { PoolEvent } from '../../lib/index.ts';
import type { McpPool } from '../../lib/mcp/index.ts';

/** What is looked at of a pool, and how many look. */
export function countedPool(pool: McpPool): {
  readonly seen: Pick<McpPool, 'name' | 'state' | 'metrics' | 'events$' | 'watchRequests'>;
  readonly lookers: () => number;
} {
  let lookers = 0;
  const { name, state, metrics } = pool;
  const events$ = new Observable<PoolEvent>((subscriber) => {
    lookers++;
    subscriber.add(pool.events$.subscribe(subscriber));
    return () => lookers--;
  });
  const watchRequests: McpPool['watchRequests'] = (watcher) => {
    lookers++;
    const watching = pool.watchRequests(watcher);
    watching.add(() => lookers--);
    return watching;
  };
  return { seen: { name, state, metrics, events$, watchRequests }, lookers: () => lookers };
}
