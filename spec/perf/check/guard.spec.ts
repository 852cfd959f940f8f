import { describe, expect, it } from 'vitest';
import { type Family, type Guard, judge, rowsOf, shortTwice } from '../../../perf/check/guard.ts';
import type { Launches } from '../../../perf/support/launches.ts';
import { launchesOf } from '../support/launches-of.ts';

const guard: Guard = { row: 'a', over: 'b', target: 3, reached: 2, margin: 0.2 };

describe('a guard', () => {
  it('holds up to what was reached and its margin, however far off the target is', () => {
    expect(judge(guard, timesB({ a: 2.39 })).holds).toBe(true);
    expect(judge(guard, timesB({ a: 2.41 })).holds).toBe(false);
  });

  it('holds up to the target and its margin where that is lower', () => {
    const missed = { ...guard, target: 1.5 };
    expect(judge(missed, timesB({ a: 1.79 })).holds).toBe(true);
    expect(judge(missed, timesB({ a: 1.81 })).holds).toBe(false);
  });

  it('is about what was reached where nothing was promised', () => {
    const told: Guard = { row: 'a', over: 'b', reached: 2, margin: 0.2 };
    expect(judge(told, timesB({ a: 2.39 })).holds).toBe(true);
    expect(judge(told, timesB({ a: 2.41 })).holds).toBe(false);
  });

  it('does not hold where nothing was measured', () => {
    expect(judge(guard, timesB({ a: NaN })).holds).toBe(false);
  });
});

describe('rowsOf', () => {
  it('names each row once', () => {
    expect([...rowsOf([guard, { ...guard, row: 'c' }])]).toEqual(['a', 'b', 'c']);
  });
});

describe('shortTwice', () => {
  const other: Guard = { ...guard, row: 'c' };

  it('measures once where all hold', async () => {
    expect(await looks([{ a: 2, c: 2 }])).toEqual({ short: [], measured: ['ac'], told: ['holds', 'holds'] });
  });

  it('forgives what holds the second time', async () => {
    const seen = await looks([
      { a: 9, c: 2 },
      { a: 2, c: 2 },
    ]);
    expect(seen).toEqual({ short: [], measured: ['ac', 'a'], told: ['SHORT', 'holds', '', 'holds'] });
  });

  it('is what falls short both times, and of that nothing that held at first', async () => {
    const seen = await looks([
      { a: 9, c: 2 },
      { a: 9, c: 9 },
    ]);
    expect(seen).toEqual({ short: ['a'], measured: ['ac', 'a'], told: ['SHORT', 'holds', '', 'SHORT'] });
  });

  async function looks(
    runs: readonly Readonly<Record<string, number>>[],
  ): Promise<{ short: string[]; measured: string[]; told: string[] }> {
    const family: Family = { name: 'family', table: { name: '', url: '', rows: new Map() }, guards: [guard, other] };
    const measured: string[] = [];
    const told: string[] = [];
    const measure = ({ guards }: Family): Promise<Launches> => {
      const launches = timesB(runs[measured.length] ?? {});
      measured.push(guards.map(({ row }) => row).join(''));
      return Promise.resolve(launches);
    };
    const short = await shortTwice(family, measure, (line) => told.push(line.slice(0, 5).trim()));
    return { short: short.map((judgement) => judgement.guard.row), measured, told };
  }
});

/** One launch, in which these took so many times as long as `b`. */
function timesB(rows: Readonly<Record<string, number>>): Launches {
  return launchesOf({ ...Object.fromEntries(Object.entries(rows).map(([name, ns]) => [name, [ns]])), b: [1] });
}
