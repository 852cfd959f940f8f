import { describe, expect, it } from 'vitest';
import { sharedAllowance } from '../../../lib/index.ts';
import { collect, listen } from '../../support/listen.ts';
import { three, two } from '../../support/sharers.ts';

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

  it.each([0, -1, 1.5, NaN, Infinity])('refuses a bound of %s', (limit) => {
    expect(() => sharedAllowance(limit)).toThrow(RangeError);
  });

  it('refuses what is no number', () => {
    expect(() => sharedAllowance('7' as unknown as number)).toThrow(TypeError);
  });
});
