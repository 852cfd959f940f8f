import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Sharer, three, two } from '../../support/sharers.ts';

describe('a shared bound of fewer connections than pools', () => {
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
      const held = all[holder];
      if (held === undefined) throw new Error('nobody has it');
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
