import {
  type Strategy,
  leastLoaded,
  peakEwma,
  powerOfTwoChoices,
  random,
  roundRobin,
  sticky,
} from '../../../lib/index.ts';
import type { Opened } from '../../../lib/events/pool-event.ts';
import type { ConnectionRecord } from '../../../lib/state/pool-state.ts';
import type { Store } from '../../../lib/state/store.ts';
import { chooserOf } from '../../../lib/checkout/chooser.ts';
import { isBuiltIn } from '../../../lib/strategies/strategy.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { filledStore } from '../state/filled-store.ts';
import { custom } from '../strategies/custom.ts';

const SIZES = [10, 100, 1000];
const STRATEGIES: Readonly<Record<string, () => Strategy>> = {
  roundRobin,
  leastLoaded,
  random,
  powerOfTwoChoices,
  peakEwma,
  sticky,
  custom,
};
const NONE = 'no choice';

type Choose = (store: Store) => ConnectionRecord | undefined;

/** What a choice costs beside the checkout and checkin that come of it, with half of the connections in use. */
export const bench: Bench = {
  name: 'checkout/chooser',
  url: import.meta.url,
  summary: 'the choice of each strategy at each size',
  unit: 'a choice, a checkout and a checkin',
  rows: new Map<string, Row>(SIZES.flatMap((size) => [...rowsOf(size)])),
  targets: [],
};

function* rowsOf(size: number): Iterable<readonly [string, Row]> {
  const none = `${NONE}, ${size}`;
  yield [
    none,
    { times: 20_000, open: () => choices(size, ({ current }) => current.connections.get(current.cursor % size)) },
  ];
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    yield [`${name}, ${size}`, { times: 20_000, over: none, open: () => chosen(size, strategy()) }];
  }
}

function chosen(size: number, strategy: Strategy): Repeat {
  const latencyDecayMs = isBuiltIn(strategy) ? strategy.latencyDecayMs : 0;
  return choices(size, chosenBy(strategy), { latencyDecayMs });
}

function chosenBy(strategy: Strategy): Choose {
  const chooser = chooserOf(strategy, (error) => {
    throw error;
  });
  const request = { key: 'tenant', priority: 0, since: 0 };
  return (store) => chooser.choose(store, request);
}

/** Whoever was checked out first is checked in after each checkout. */
function choices(size: number, choose: Choose, opened: Partial<Opened> = {}): Repeat {
  const store = filledStore(size, opened);
  const inUse: ConnectionRecord[] = [];
  const checkOut = (): ConnectionRecord => {
    const record = choose(store);
    if (record?.status !== 'idle') throw new Error('what was chosen is not free');
    const { id: connection, slot } = record;
    const { nextVersion: version } = store;
    store.commit({ type: 'checkout', lease: version, connection, slot, waiter: null, waitedMs: 0, at: 1, version });
    return record;
  };
  for (let i = 0; i < size / 2; i++) inUse.push(checkOut());
  return (times) => {
    for (let i = 0; i < times; i++) {
      const at = i % inUse.length;
      const { id: connection, slot } = inUse[at] ?? { id: 0, slot: 0 };
      inUse[at] = checkOut();
      store.commit({ type: 'checkin', lease: 0, connection, slot, usedMs: 1, at: 2, version: store.nextVersion });
    }
  };
}
