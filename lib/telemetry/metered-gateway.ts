import type { Subscription } from 'rxjs';
import type { CallWatcher } from '../gateway/policy/call-watch.ts';
import type { GatewayCounts } from '../gateway/policy/gateway-counts.ts';
import type { MeteredPools } from './metered-pool.ts';

/** What exporters need of a gateway (`serveGateway`): besides its pools, the requests of its clients. */
export interface MeteredGateway extends MeteredPools {
  /** What is open at this moment, and what was refused so far. */
  readonly counts: GatewayCounts;
  /** Observes requests of clients from their beginning, until unsubscribed from. */
  watchCalls(watcher: CallWatcher): Subscription;
}

/** Throws a `TypeError` for what is no gateway. @internal */
export function checkGateway(gateway: unknown): asserts gateway is MeteredGateway {
  if (typeof Reflect.get(Object(gateway) as object, 'watchCalls') === 'function') return;
  throw new TypeError('gateway must be made by serveGateway');
}
