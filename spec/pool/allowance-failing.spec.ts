import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowedPool } from '../support/allowed-pool.ts';
import { fakePool, newFakePool } from '../support/fake-pool.ts';
import { reportedErrors } from '../support/reported.ts';
import { ScriptedAllowance } from '../support/scripted-allowance.ts';
import { elapse, resumeTime, settle, stopTime } from '../support/virtual-time.ts';

beforeEach(stopTime);
afterEach(resumeTime);

const reported = reportedErrors();

describe('a port that fails', () => {
  const failure = new Error('no such store');

  it('is reported, and what was granted last stays', async () => {
    const { pool, allowance } = await allowedPool(2, { minSize: 2 });
    allowance.fail(failure);
    await settle();
    expect(pool.state).toMatchObject({ size: 2, allowed: 2, allowedBy: 'held' });
    await elapse(0);
    expect(reported).toEqual([failure]);
  });

  it('is no error where it only completes', async () => {
    const { pool, allowance } = await allowedPool(2, { minSize: 2 });
    allowance.complete();
    await elapse(0);
    expect([pool.state.allowedBy, reported]).toEqual(['held', []]);
  });

  it('leaves the pool with nothing where it cannot be opened', async () => {
    const open = (): never => {
      throw failure;
    };
    const { pool } = await fakePool({ minSize: 1, allowance: { open } });
    await elapse(0);
    expect(pool.state).toMatchObject({ size: 0, allowed: 0, allowedBy: 'held' });
    await pool.close();
    expect(reported).toEqual([failure]);
  });

  it('may throw when it is told something, and when it is closed', async () => {
    const allowance = new ScriptedAllowance(2);
    const share = allowance.open({ name: 'spec' });
    const throws = (): never => {
      throw failure;
    };
    const { pool } = await fakePool({
      minSize: 1,
      allowance: { open: () => ({ ...share, want: throws, close: throws }) },
    });
    expect(pool.state).toMatchObject({ allowed: 2, size: 1 });
    const closed = pool.close();
    await elapse(0);
    await closed;
    expect(new Set(reported)).toEqual(new Set([failure]));
  });

  it.each([
    [-1, 'granted', 1],
    [NaN, 'granted', 1],
    ['2', 'granted', 1],
    [2, 'given', 1],
    [2, 'granted', NaN],
  ])('may not grant %s, %s, %s', async (limit, mode, epoch) => {
    const { pool, allowance } = await allowedPool(3);
    allowance.emit({ limit, mode, epoch });
    await elapse(0);
    expect(pool.state).toMatchObject({ allowed: 3, allowedBy: 'held' });
    expect(String(reported[0])).toContain('allowance$ must emit { limit, mode, epoch }');
  });

  it('may say why it cannot be asked, as text only', async () => {
    const { pool, allowance, log } = await allowedPool(3);
    allowance.emit({ limit: 2, mode: 'held', epoch: 1, error: 'refused' });
    expect(log.at(-1)).toMatchObject({ type: 'allowance', limit: 2, mode: 'held', error: 'refused' });
    allowance.emit({ limit: 1, mode: 'held', epoch: 1, error: new Error('refused') });
    await elapse(0);
    expect(pool.state.allowed).toBe(2);
    expect(reported).toHaveLength(1);
  });

  it('grants whole connections only', async () => {
    const { pool, allowance } = await allowedPool(3);
    allowance.grant(2.9);
    expect(pool.state.allowed).toBe(2);
  });
});

it.each([null, 7, {}, { open: 1 }])('refuses %s for a port', (allowance) => {
  expect(() => newFakePool({ allowance: allowance as never })).toThrow(
    new TypeError('allowance must be made by sharedAllowance(), or have a function open'),
  );
});
