import type { Opened } from '../../../lib/events/pool-event.ts';
import { Store } from '../../../lib/state/store.ts';

/** The state of a pool, without the pool: `size` connections that are up and idle, whose ids are 1 more than their slots. */
export function filledStore(size: number, opened: Partial<Opened> = {}): Store {
  const store = new Store();
  store.commit({
    type: 'opened',
    ...OPENED,
    ...opened,
    minSize: size,
    maxSize: size,
    at: 0,
    version: store.nextVersion,
  });
  for (let slot = 0; slot < size; slot++) {
    const connection = slot + 1;
    store.commit({ type: 'connecting', connection, slot, at: 0, version: store.nextVersion });
    store.commit({ type: 'up', connection, slot, at: 0, version: store.nextVersion });
  }
  return store;
}

const OPENED = {
  name: 'pool',
  strategy: 'roundRobin',
  maxLeasesPerConnection: 1,
  unhealthyAfter: 1,
  maxWaiting: 10_000,
  seed: 1,
};
