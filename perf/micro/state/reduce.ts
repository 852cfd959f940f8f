import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import type { Store } from '../../../lib/state/store.ts';
import { cpuMs } from '../../support/cpu-ms.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { filledStore } from './filled-store.ts';

const SIZES = [10, 100, 1000];
/** Events that are timed in one go; a look at the clock is too dear for ten. */
const BATCH = 1000;

type EventOf = (size: number, i: number) => PoolEvent;
/** What is timed, and what makes it undone again. */
const EVENTS: Readonly<Record<string, { readonly timed: EventOf; readonly before: boolean; readonly other: EventOf }>> =
  {
    checkout: { timed: checkout, other: checkin, before: false },
    checkin: { timed: checkin, other: checkout, before: true },
    wait: { timed: wait, other: leave, before: false },
    leave: { timed: leave, other: wait, before: true },
  };

/** What one event costs the reducer, on a state that it may edit and on one that somebody holds. */
export const bench: Bench = {
  name: 'state/reduce',
  url: import.meta.url,
  summary: 'each main event, on owned states and on handed-out ones, at each size',
  unit: 'an event',
  rows: new Map<string, Row>(Object.keys(EVENTS).flatMap((name) => SIZES.flatMap((size) => [...rowsOf(name, size)]))),
  targets: [],
};

function* rowsOf(name: string, size: number): Iterable<readonly [string, Row]> {
  const owned = `${name}, ${size}`;
  yield [owned, { times: 20_000, open: () => eventsOn(name, size, false) }];
  yield [`${owned}, handed out`, { times: 10_000, over: owned, open: () => eventsOn(name, size, true) }];
}

/** Several states have as many events in a row as one large one: a state takes `size` of a kind before it is full. */
function eventsOn(name: string, size: number, handedOut: boolean): Repeat {
  const stores = Array.from({ length: BATCH / size }, () => filledStore(size));
  const { timed, other, before } = EVENTS[name] ?? { timed: checkout, other: checkin, before: false };
  const commit = handedOut ? commitHandedOut : commitOwned;
  return (times) => {
    let ms = 0;
    for (let done = 0; done < times; done += BATCH) {
      if (before) commitAll(stores, size, other);
      const events = eventsFor(stores, size, timed);
      const since = cpuMs();
      commit(stores, events);
      ms += cpuMs() - since;
      if (!before) commitAll(stores, size, other);
    }
    return { ms };
  };
}

function eventsFor(stores: readonly Store[], size: number, eventOf: EventOf): PoolEvent[][] {
  return stores.map(({ nextVersion }) =>
    Array.from({ length: size }, (_, i) => ({ ...eventOf(size, i), version: nextVersion + i })),
  );
}

// Two loops, each of which sees one kind of state only.
function commitOwned(stores: readonly Store[], events: readonly PoolEvent[][]): void {
  stores.forEach((store, i) => {
    for (const event of events[i] ?? []) store.commit(event);
  });
}

function commitHandedOut(stores: readonly Store[], events: readonly PoolEvent[][]): void {
  stores.forEach((store, i) => {
    for (const event of events[i] ?? []) {
      store.snapshot();
      store.commit(event);
    }
  });
}

function commitAll(stores: readonly Store[], size: number, eventOf: EventOf): void {
  commitOwned(stores, eventsFor(stores, size, eventOf));
}

function checkout(_size: number, slot: number): PoolEvent {
  return { type: 'checkout', lease: slot, connection: slot + 1, slot, waiter: null, waitedMs: 0, at: 1, version: 0 };
}

function checkin(_size: number, slot: number): PoolEvent {
  return { type: 'checkin', lease: slot, connection: slot + 1, slot, usedMs: 1, at: 2, version: 0 };
}

function wait(_size: number, waiter: number): PoolEvent {
  return { type: 'wait', waiter, priority: 0, at: 1, version: 0 };
}

/** From anywhere in the queue: of 10, 100 and 1000 every 7th in turn is each of them once. */
function leave(size: number, i: number): PoolEvent {
  return { type: 'leave', waiter: (7 * i) % size, priority: 0, reason: 'cancelled', at: 2, version: 0 };
}
