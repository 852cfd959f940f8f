import { describe, expect, it } from 'vitest';
import { type CodelOptions, type QueueDiscipline, codel } from '../../../lib/checkout/queue/codel.ts';
import type { PoolState } from '../../../lib/state/pool-state.ts';
import { given } from '../../support/outcome.ts';
import { checkin, checkout, opened, stateAfter, up, wait } from '../../support/pool-log.ts';

/** Three who wait since 1000, 1010 and 1020 for one connection, which has just come back. */
const three = stateAfter(
  opened(),
  ...up(0),
  checkout(0),
  ...[1000, 1010, 1020].map((at, i) => ({ ...wait(i + 1), at })),
  checkin(0),
);
const shed = (state: PoolState, now: number, options?: CodelOptions) =>
  codel(options)(state, given(state.waiters.first), now);

describe('codel', () => {
  it('sheds whoever has waited for longer than the target when the queue was not empty for the interval', () => {
    const options = { targetMs: 50, intervalMs: 100 };
    expect([1100, 1101].map((now) => shed(three, now, options))).toEqual([false, true]);
  });

  it('serves whoever has not waited for longer than the target', () => {
    const options = { targetMs: 100, intervalMs: 50 };
    expect([1100, 1101].map((now) => shed(three, now, options))).toEqual([false, true]);
  });

  it('takes 50 ms for the target and 2000 ms for the interval', () => {
    expect([3000, 3001].map((now) => shed(three, now))).toEqual([false, true]);
    expect([1050, 1051].map((now) => shed(three, now, { intervalMs: 1 }))).toEqual([false, true]);
  });

  it('looks at how long somebody has been waiting, not at how long this one has', () => {
    const state = stateAfter(opened(), ...up(0), { ...wait(1), at: 1000 }, { ...wait(2, 9), at: 2000 }, wait(3));
    expect(shed(state, 2060, { intervalMs: 1000 })).toBe(true);
  });

  it('serves the last one, however long it waited', () => {
    const last = stateAfter(opened(), ...up(0), { ...wait(1), at: 1000 });
    expect(shed(last, 1e6)).toBe(false);
  });

  it('sheds nobody for whom there is a connection as well', () => {
    const free = (slots: number[]) => stateAfter(opened(), ...up(...slots), ...[1, 2, 3].map((id) => wait(id)));
    expect([[0], [0, 1], [0, 1, 2], [0, 1, 2, 3]].map((slots) => shed(free(slots), 1e6))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('counts the leases that are left on connections that are shared', () => {
    const shared = (leased: number) =>
      stateAfter(
        opened({ maxLeasesPerConnection: 4 }),
        ...up(0, 1),
        ...Array.from({ length: leased }, (_, i) => checkout(i % 2)),
        ...[1, 2, 3].map((id) => wait(id)),
      );
    expect([0, 4, 5, 6].map((leased) => shed(shared(leased), 1e6))).toEqual([false, false, false, true]);
  });

  it('sheds the first though one of less priority stands behind, unless it is wrapped to spare it', () => {
    const state = stateAfter(opened(), ...up(0), { ...wait(1, 9), at: 1000 }, { ...wait(2), at: 1000 });
    const discipline = codel();
    const sparing: QueueDiscipline = (given, waiter, now) => waiter.priority <= 0 && discipline(given, waiter, now);
    const first = given(state.waiters.first);
    expect([discipline, sparing].map((asked) => asked(state, first, 4000))).toEqual([true, false]);
  });

  it.each([{ targetMs: 0 }, { targetMs: Infinity }, { intervalMs: 0 }, { intervalMs: Infinity }])(
    'sheds nobody when it is off: %o',
    (options) => {
      expect(shed(three, 1e9, options)).toBe(false);
    },
  );

  it.each(['targetMs', 'intervalMs'])('throws for a %s that makes no sense', (name) => {
    for (const ms of [-1, NaN, 2 ** 31]) {
      expect(() => codel({ [name]: ms })).toThrow(
        new RangeError(`${name} must be between 0 and 2147483647 ms or Infinity, not ${ms}`),
      );
    }
    expect(() => codel({ [name]: '50' })).toThrow(TypeError);
  });
});
