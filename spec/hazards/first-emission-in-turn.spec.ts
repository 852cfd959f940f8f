import { type Observable, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pool } from '../../lib/index.ts';
import { fakePool } from '../support/fake-pool.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import { listen } from '../support/listen.ts';
import { given } from '../support/outcome.ts';
import { resumeTime, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

type Stream = 'state$' | 'metrics$' | 'pressure$' | 'capacity$';
const streams: readonly Stream[] = ['state$', 'metrics$', 'pressure$', 'capacity$'];

/** What is told to whom, and how many callbacks are under way meanwhile. */
function telling() {
  const told: string[] = [];
  let depth = 0;
  let deepest = 0;
  const listenTo = <T>(
    who: string,
    stream$: Observable<T>,
    wordsOf: (value: T) => unknown,
    first = () => undefined,
  ) => {
    let isFirst = true;
    listen(stream$, (value) => {
      depth++;
      deepest = Math.max(deepest, depth);
      told.push(`${who} ${String(wordsOf(value))}`);
      if (isFirst) {
        isFirst = false;
        first();
      }
      depth--;
    });
  };
  return { told, listenTo, deepest: () => deepest };
}

const poolOf = async () => (await fakePool({ minSize: 3, maxSize: 3 })).pool;
const useOne = (pool: Pool<FakeConnection>) => () => {
  given(pool.tryCheckout()).checkin();
  return undefined;
};

describe('who checks out within its first emission', () => {
  it('is told of the newer states after that, in their order', async () => {
    const pool = await poolOf();
    const { told, listenTo, deepest } = telling();
    const { version } = pool.state;
    listenTo('state', pool.state$, (state) => state.version - version, useOne(pool));
    expect(told).toEqual(['state 0', 'state 1', 'state 2']);
    expect(deepest()).toBe(1);
  });

  it('hears of a capacity that changes by that', async () => {
    const pool = await poolOf();
    const capacities: number[] = [];
    listen(pool.capacity$, (capacity) => {
      capacities.push(capacity);
      if (capacities.length === 1) given(pool.tryCheckout());
    });
    expect(capacities).toEqual([3, 2]);
  });

  it('hears of a pressure that changes by that', async () => {
    const pool = await poolOf();
    const pressures: number[] = [];
    listen(pool.pressure$, (pressure) => {
      pressures.push(pressure);
      if (pressures.length === 1) given(pool.tryCheckout());
    });
    expect(pressures).toEqual([0, 0.5 / 3]);
  });

  it.each(streams)('has nobody told within it, where it is one of %s', async (stream) => {
    const pool = await poolOf();
    const { told, listenTo, deepest } = telling();
    const { version } = pool.state;
    listenTo('event', pool.events$, (event) => event.version - version);
    listenTo('state', pool.state$, (state) => state.version - version);
    listenTo<unknown>('first', pool[stream], () => '', useOne(pool));
    expect(told.slice(0, 2)).toEqual(['state 0', 'first ']);
    expect(told.filter((words) => !words.startsWith('first'))).toEqual([
      'state 0',
      ...[1, 2].flatMap((n) => [`event ${n}`, `state ${n}`]),
    ]);
    expect(deepest()).toBe(1);
  });

  it.each(streams)('leaves nothing behind when it leaves %s within it', async (stream) => {
    const pool = await poolOf();
    const timers = vi.getTimerCount();
    let told = 0;
    const stream$: Observable<unknown> = pool[stream];
    listen(stream$.pipe(take(1)), () => {
      told++;
      useOne(pool)();
    });
    useOne(pool)();
    expect([told, vi.getTimerCount()]).toEqual([1, timers]);
  });
});

describe('who subscribes within another’s emission', () => {
  it('begins with what is told at that moment, and each hears every later version once', async () => {
    const pool = await poolOf();
    const { told, listenTo } = telling();
    const { version } = pool.state;
    const second = () => {
      useOne(pool)();
      listenTo('second', pool.state$, (state) => state.version - version, useOne(pool));
      return undefined;
    };
    listenTo('first', pool.state$, (state) => state.version - version, second);
    expect(told.filter((words) => words.startsWith('first'))).toEqual([0, 1, 2, 3, 4].map((n) => `first ${n}`));
    expect(told.filter((words) => words.startsWith('second'))).toEqual([0, 1, 2, 3, 4].map((n) => `second ${n}`));
  });

  it('begins within a telling of events, too, and goes on after it', async () => {
    const pool = await poolOf();
    const { told, listenTo } = telling();
    const { version } = pool.state;
    let isOpen = true;
    listen(pool.events$, () => {
      if (!isOpen) return;
      isOpen = false;
      listenTo('late', pool.state$, (state) => state.version - version, useOne(pool));
      told.push('event ends');
    });
    given(pool.tryCheckout());
    expect(told).toEqual(['late 1', 'event ends', 'late 2', 'late 3']);
  });
});

it('has what was done within the first metrics in the first window', async () => {
  const { pool } = await fakePool({ minSize: 1, maxSize: 1, metricsWindowMs: 0 });
  const rates: number[] = [];
  listen(pool.metrics$, ({ useTimeUs }) => {
    rates.push(useTimeUs.count);
    if (rates.length === 1) given(pool.tryCheckout()).checkin();
  });
  await pool.close();
  expect(rates).toEqual([0, 1]);
});
