import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../lib/cluster/call.ts';
import { Owner } from '../../lib/cluster/owner.ts';
import type { Terms } from '../../lib/cluster/terms.ts';

const terms: Terms = { cap: 10, ttlMs: 1000, onEngineDown: 'hold', expectedReplicas: 4, bootstrapShare: 1 };

let owner: Owner;
beforeEach(() => {
  owner = new Owner('a', terms);
});

/** What is answered when so much is granted. */
function granted(held: number, more: Partial<Answer> = {}): Answer {
  return { status: 'granted', held, shed: 0, members: 2, epoch: 0, ...more };
}

/** Makes a call, and has it answered 10 ms later. */
function ask(now: number, answer: Answer): Call {
  const call = owner.call(now);
  owner.answered(call, answer, now + 10);
  return call;
}

/** Makes a call that fails. */
function askInVain(now: number): void {
  owner.failed(owner.call(now), 'refused', now + 10);
}

const fenced: Answer = { status: 'fenced', held: 0, shed: 0, members: 0, epoch: 0 };

describe('an owner', () => {
  it('says nothing and has nothing before something is wanted', () => {
    expect([owner.look(5), owner.nextAt, owner.allowance, owner.leave()]).toEqual([
      false,
      Infinity,
      undefined,
      undefined,
    ]);
  });

  it('joins with what it wants, and has what it is granted', () => {
    owner.want(7, 0);
    expect(owner.look(5)).toBe(true);
    expect(ask(5, granted(6, { epoch: 3 }))).toEqual({
      kind: 'join',
      owner: 'a',
      number: 1,
      claim: 0,
      want: 7,
      epoch: 0,
    });
    expect(owner.allowance).toEqual({ limit: 6, mode: 'granted', epoch: 3 });
  });

  it('calls four times within the time of its share, whatever it is denied', () => {
    owner.want(7, 0);
    ask(0, granted(3, { epoch: 1 }));
    owner.want(7, 3);
    expect([owner.nextAt, owner.look(249), owner.look(250)]).toEqual([250, false, true]);
    expect(ask(250, granted(3))).toMatchObject({ kind: 'take', number: 2, want: 7, epoch: 1 });
  });

  it('calls sooner for more, but not at once: what is wanted then is asked in one call', () => {
    owner.want(1, 0);
    ask(0, granted(1));
    owner.want(2, 1);
    owner.want(5, 1);
    expect([owner.look(9), owner.look(10)]).toEqual([false, true]);
    expect(owner.call(10).want).toBe(5);
  });

  it('goes down before it says that it wants less', () => {
    owner.want(7, 0);
    ask(0, granted(7));
    owner.want(2, 2);
    owner.call(250);
    expect(owner.allowance?.limit).toBe(2);
  });

  it('never says that it wants less than it holds', () => {
    owner.want(7, 0);
    ask(0, granted(7));
    owner.want(0, 5);
    expect(owner.call(250).want).toBe(5);
  });

  it('gives back what others lack as it is closed, and then may want more again', () => {
    owner.want(10, 0);
    ask(0, granted(10));
    owner.want(10, 10);
    ask(250, granted(10, { shed: 4 }));
    expect([owner.allowance?.limit, owner.look(270)]).toEqual([6, false]);
    owner.want(10, 8);
    expect(owner.look(270)).toBe(true);
    expect(ask(270, granted(8, { shed: 2 })).want).toBe(8);
    owner.want(10, 6);
    expect(ask(290, granted(6)).want).toBe(6);
    expect(owner.call(540).want).toBe(10);
  });
});

describe('the lease of an owner', () => {
  beforeEach(() => {
    owner.want(8, 0);
    ask(0, granted(8, { epoch: 1 }));
    owner.want(8, 8);
  });

  it('lasts for three quarters of its time from when it was asked for; then an equal share is left', () => {
    expect(owner.leaseEndsAt).toBe(750);
    owner.look(749);
    expect(owner.allowance).toMatchObject({ limit: 8, mode: 'granted' });
    owner.look(750);
    expect(owner.allowance).toEqual({ limit: 5, mode: 'shrunk', epoch: 1 });
  });

  it('is held, with the reason, while calls fail', () => {
    askInVain(250);
    expect(owner.allowance).toEqual({ limit: 8, mode: 'held', epoch: 1, error: 'refused' });
    expect(owner.nextAt).toBe(500);
    // Nobody knows what the last call came to, so nothing is given back.
    owner.want(2, 2);
    expect(owner.call(500).want).toBe(8);
    expect(owner.allowance?.limit).toBe(8);
  });

  it('is held when no answer comes, and granted when it comes after all', () => {
    const call = owner.call(250);
    owner.look(500);
    expect(owner.allowance).toMatchObject({ mode: 'held', error: 'no answer within 250 ms' });
    owner.answered(call, granted(8), 600);
    expect(owner.allowance).toEqual({ limit: 8, mode: 'granted', epoch: 1 });
    expect(owner.leaseEndsAt).toBe(1000);
  });

  it('is not lengthened by an answer that comes too late, twice, or after a later call', () => {
    const first = owner.call(250);
    const second = owner.call(500);
    owner.answered(first, granted(9), 510);
    owner.answered(second, { ...fenced, status: 'late' }, 510);
    expect(owner.leaseEndsAt).toBe(750);
    owner.look(760);
    owner.answered(second, granted(9), 1250);
    owner.answered(second, granted(9), 600);
    expect(owner.allowance).toMatchObject({ limit: 5, mode: 'shrunk' });
  });

  it('is fenced by who does not know it: it joins with what it has, and may have less from then on', () => {
    ask(250, fenced);
    expect(owner.allowance).toEqual({ limit: 8, mode: 'fenced', epoch: 1 });
    expect(owner.nextAt).toBe(260);
    expect(ask(260, granted(3, { epoch: 2 }))).toMatchObject({ kind: 'join', claim: 8, want: 8, epoch: 1 });
    expect(owner.allowance).toEqual({ limit: 3, mode: 'granted', epoch: 2 });
  });

  it('ends with a last call', () => {
    expect(owner.leave()).toMatchObject({ kind: 'leave', number: 2 });
  });
});

describe('an owner that cannot ask', () => {
  it.each([
    ['hold', 1, 5],
    ['static', 2, 2],
    ['closed', 0, 0],
  ] as const)('has with `%s` %i before it could join, and %i when its lease is over', (onEngineDown, before, after) => {
    owner = new Owner('a', { ...terms, onEngineDown });
    owner.want(10, 0);
    askInVain(0);
    expect(owner.allowance).toEqual({ limit: before, mode: 'shrunk', epoch: 0, error: 'refused' });
    ask(250, granted(10, { epoch: 1 }));
    expect(owner.allowance).toMatchObject({ limit: 10, mode: 'granted' });
    owner.look(1000);
    expect(owner.allowance).toMatchObject({ limit: after, mode: 'shrunk' });
  });

  it('never grows with `hold`: a small share stays small', () => {
    owner.want(10, 0);
    ask(0, granted(2, { epoch: 1 }));
    owner.look(750);
    expect(owner.allowance).toMatchObject({ limit: 2, mode: 'shrunk' });
  });

  it('keeps asking, no more often', () => {
    owner.want(10, 0);
    askInVain(0);
    owner.want(12, 0);
    expect([owner.look(249), owner.look(250)]).toEqual([false, true]);
  });
});
