import { describe, expect, it } from 'vitest';
import { type Stored, compareResults } from '../../../perf/compare/compare-results.ts';
import { verdictOf } from '../../../perf/compare/comparison.ts';
import { ownRows } from '../../../perf/compare/own-rows.ts';

describe('two builds', () => {
  it('differ where every launch says so, and by more than noise', () => {
    expect(verdictOf({ median: 0.8, low: 0.7, high: 0.9 }, true)).toBe('B is less');
    expect(verdictOf({ median: 1.2, low: 1.1, high: 1.4 }, true)).toBe('B is more');
    expect(verdictOf({ median: 0.8, low: 0.7, high: 1.01 }, true)).toBe('no difference');
    expect(verdictOf({ median: 0.97, low: 0.96, high: 0.98 }, true)).toBe('no difference');
  });

  it('have no verdict from too few launches', () => {
    expect(verdictOf({ median: 0.5, low: 0.4, high: 0.6 }, false)).toBe('no verdict');
  });

  it('are compared in rows that there are', () => {
    for (const { name, table, row } of ownRows) expect([...table.rows.keys()], name).toContain(row);
    expect(new Set(ownRows.map(({ name }) => name)).size).toBe(ownRows.length);
  });
});

describe('two results', () => {
  const stored = (ns: number, more: Partial<Stored> = {}): Stored => ({
    name: 'micro/pool',
    launches: 5,
    results: [{ name: 'a', ns, low: 0.95 * ns, high: 1.05 * ns }],
    ...more,
  });

  it('differ where all of the one lies apart from all of the other, and by more than noise', () => {
    expect(verdict(stored(100), stored(80))).toBe('B is less');
    expect(verdict(stored(100), stored(120))).toBe('B is more');
    expect(verdict(stored(100), stored(88))).toBe('no difference');
  });

  it('have no verdict where one is a look, or of one launch', () => {
    expect(verdict(stored(100), stored(80, { quick: true }))).toBe('no verdict');
    expect(verdict(stored(100, { launches: 2 }), stored(80))).toBe('no verdict');
    const { launches: _, ...old } = stored(100);
    expect(verdict(old, stored(80))).toBe('no verdict');
  });

  it('are compared by contest and row as well, and by throughput', () => {
    const spread = { median: 2, low: 2, high: 2 };
    const contest = { ...stored(0), results: [{ contest: 'c', row: 'r', unit: 'µs', spread }] };
    expect(compareResults(contest, contest)).toMatchObject([{ name: 'c: r', unit: 'µs', ratio: { median: 1 } }]);
    const workload = { name: 'w', results: [{ name: 'a', requestsPerSecond: 200, marginPercent: 10 }] };
    expect(compareResults(workload, workload)).toMatchObject([
      { name: 'a', a: { median: 200, low: 180, high: 220 }, verdict: 'no difference' },
    ]);
  });

  it('leave out what only one of them has', () => {
    expect(compareResults(stored(1), stored(1, { results: [] }))).toEqual([]);
  });

  it('are refused when they are of two workloads', () => {
    expect(() => compareResults(stored(1), stored(1, { name: 'peers' }))).toThrow(
      'two workloads, micro/pool and peers',
    );
  });

  function verdict(a: Stored, b: Stored): string | undefined {
    return compareResults(a, b)[0]?.verdict;
  }
});
