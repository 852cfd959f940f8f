import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Allowance, type PoolAllowance, sharedAllowance } from '../../../lib/index.ts';
import { collect, listen } from '../../support/listen.ts';

/** Somebody who shares a bound, and what it was granted. */
interface Sharer {
  /** Since when it is idle; `Infinity` while it is not. */
  readonly pool: { idleAt: number };
  readonly share: PoolAllowance;
  readonly grants: Allowance[];
  readonly limits: () => number[];
}

function sharers(limit: number, count: number): Sharer[] {
  const port = sharedAllowance(limit);
  return Array.from({ length: count }, (_, i) => {
    const pool = { name: `pool ${i}`, idleAt: Infinity, idleSince: () => pool.idleAt };
    const share = port.open(pool);
    const grants = collect(share.allowance$);
    return { pool, share, grants, limits: () => grants.map((grant) => grant.limit) };
  });
}

/** So many sharers of a bound, which are all there. */
function two(limit: number): [Sharer, Sharer] {
  return sharers(limit, 2) as [Sharer, Sharer];
}

function three(limit: number): [Sharer, Sharer, Sharer] {
  return sharers(limit, 3) as [Sharer, Sharer, Sharer];
}

describe('sharedAllowance', () => {
  it('grants what is wanted as long as there is some', () => {
    const [a, b] = two(10);
    a.share.want(4, 0);
    b.share.want(3, 0);
    expect([a.grants, b.grants]).toEqual([
      [{ limit: 4, mode: 'granted', epoch: 1 }],
      [{ limit: 3, mode: 'granted', epoch: 2 }],
    ]);
  });

  it('grants nothing before it is asked, and tells whoever gets nothing', () => {
    const [a, b, c] = three(2);
    a.share.want(1, 0);
    expect(b.grants).toEqual([]);
    b.share.want(1, 0);
    b.share.want(1, 1);
    a.share.want(1, 1);
    c.share.want(1, 0);
    expect([a, b, c].map(({ limits }) => limits())).toEqual([[1], [1], [0]]);
  });

  it('tells late subscribers what is granted now', () => {
    const [a] = two(10);
    a.share.want(4, 0);
    a.share.want(2, 0);
    expect(collect(a.share.allowance$)).toEqual([{ limit: 2, mode: 'granted', epoch: 1 }]);
  });

  it('counts what is still held of a share that became smaller', () => {
    const [a, b] = two(4);
    a.share.want(4, 0);
    a.share.want(4, 4);
    a.share.want(0, 4);
    b.share.want(4, 0);
    expect([a.limits(), b.limits()]).toEqual([[4, 0], [0]]);
    a.share.want(0, 1);
    expect(b.limits()).toEqual([0, 3]);
    b.share.want(4, 3);
    a.share.want(0, 0);
    expect(b.limits()).toEqual([0, 3, 4]);
  });

  it('takes from whoever has more than a fair share for whoever has less, as it comes back', () => {
    const [a, b] = two(10);
    a.share.want(10, 0);
    a.share.want(10, 10);
    b.share.want(8, 0);
    expect([a.limits(), b.limits()]).toEqual([[10, 5], [0]]);
    a.share.want(10, 8);
    expect(b.limits()).toEqual([0, 2]);
    b.share.want(8, 2);
    a.share.want(10, 5);
    b.share.want(8, 5);
    // Both lack some, and both have their fair shares.
    expect([a.limits(), b.limits()]).toEqual([
      [10, 5],
      [0, 2, 5],
    ]);
  });

  it('takes from those with the most, one after the other', () => {
    const [a, b, c] = three(12);
    a.share.want(7, 0);
    a.share.want(7, 7);
    b.share.want(5, 0);
    b.share.want(5, 5);
    c.share.want(4, 0);
    expect([a, b, c].map(({ limits }) => limits().at(-1))).toEqual([4, 4, 0]);
  });

  it('takes what nobody uses before it is opened', () => {
    const [a, b] = two(4);
    a.share.want(4, 0);
    b.share.want(2, 0);
    expect([a.limits(), b.limits()]).toEqual([[4, 2], [2]]);
  });

  it('takes nothing from who has no more than a fair share, however many want some', () => {
    const [a, b, c] = three(2);
    a.share.want(3, 0);
    a.share.want(3, 2);
    b.share.want(3, 0);
    a.share.want(3, 1);
    b.share.want(3, 1);
    c.share.want(3, 0);
    expect([a, b, c].map(({ limits }) => limits().at(-1))).toEqual([1, 1, 0]);
  });

  it('gives the one connection that there is to each in turn', () => {
    const all = three(1);
    for (const { share } of all) share.want(1, 0);
    const served: number[] = [];
    for (let round = 0; round < 6; round++) {
      const holder = all.findIndex(({ limits }) => limits().at(-1) === 1);
      served.push(holder);
      // It closes what it had, and wants another one.
      all[holder]?.share.want(1, 1);
      all[holder]?.share.want(1, 0);
    }
    expect(served).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('gives the share of one that has ended to the others, and completes', () => {
    const [a, b] = two(3);
    let isOver = false;
    a.share.allowance$.subscribe({ complete: () => (isOver = true) });
    a.share.want(3, 0);
    a.share.want(3, 3);
    b.share.want(2, 0);
    a.share.close();
    expect([isOver, b.limits()]).toEqual([true, [0, 2]]);
  });

  it('reckons with whoever asks for more while grants are told', () => {
    const [a, b] = two(6);
    let asked = false;
    listen(a.share.allowance$, () => {
      if (!asked) b.share.want(6, 0);
      asked = true;
    });
    a.share.want(6, 0);
    expect([a.limits(), b.limits()]).toEqual([[6, 3], [3]]);
  });

  describe('with fewer connections than pools', () => {
    beforeEach(() => {
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
      });
    });

    /** Somebody who has the only connection, and somebody who wants it. */
    function hungry(): [Sharer, Sharer] {
      const [a, b] = two(1);
      a.share.want(1, 0);
      a.share.want(1, 1);
      b.share.want(1, 0);
      return [a, b];
    }

    it('has one yield that was idle for ten seconds', () => {
      const [a, b] = hungry();
      a.pool.idleAt = performance.now();
      vi.advanceTimersByTime(9_990);
      expect(a.limits()).toEqual([1]);
      vi.advanceTimersByTime(10_020);
      expect([a.limits(), b.limits()]).toEqual([[1, 0], [0]]);
      // It keeps one for itself where it may.
      a.share.want(1, 0);
      expect([a.limits(), b.limits()]).toEqual([
        [1, 0],
        [0, 1],
      ]);
    });

    it('has none yield that is used', () => {
      const [a, b] = hungry();
      vi.advanceTimersByTime(60_000);
      expect([a.limits(), b.limits()]).toEqual([[1], [0]]);
      a.pool.idleAt = performance.now() - 10_000;
      vi.advanceTimersByTime(10_000);
      expect(a.limits()).toEqual([1, 0]);
    });

    it('has none yield to one that nobody waits for', () => {
      const [a, b] = hungry();
      [a.pool.idleAt, b.pool.idleAt] = [0, 0];
      vi.advanceTimersByTime(60_000);
      expect([a.limits(), b.limits()]).toEqual([[1], [0]]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('lets each have it in turn, whoever had it last', () => {
      const all = three(1);
      const turns: number[] = [];
      for (const { share } of all) share.want(1, 0);
      for (let turn = 0; turn < 6; turn++) {
        const holder = all.findIndex(({ limits }) => limits().at(-1) === 1);
        turns.push(holder);
        const held = all[holder] as Sharer;
        held.share.want(1, 1);
        held.pool.idleAt = performance.now();
        vi.advanceTimersByTime(20_000);
        held.pool.idleAt = Infinity;
        held.share.want(1, 0);
      }
      expect(turns).toEqual([0, 1, 2, 0, 1, 2]);
    });

    it('sets no timer once everybody has some', () => {
      const [a, b] = hungry();
      a.share.close();
      b.share.want(1, 1);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a bound of %s', (limit) => {
    expect(() => sharedAllowance(limit)).toThrow(RangeError);
  });

  it('refuses what is no number', () => {
    expect(() => sharedAllowance('7' as unknown as number)).toThrow(TypeError);
  });
});
