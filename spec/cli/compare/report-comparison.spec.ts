import { expect, it } from 'vitest';
import { comparisonText } from '../../../lib/cli/compare/comparison-text.ts';
import type { LoadReport } from '../../../lib/cli/compare/load-report.ts';
import { comparisons, differences } from '../../../lib/cli/compare/report-comparison.ts';
import { bare } from '../samples.ts';

function report(rates: readonly number[], p99 = 2000, run = 'with pool'): LoadReport {
  const seconds = rates.map((succeeded, i) => ({ succeeded, p50: 1000 + (i % 2), p99: p99 + 10 * (i % 2) }));
  return { file: 'a.json', runs: [{ run, requests: 5000, failed: 0, seconds }], setting: { maxSize: '4' } };
}

const steady = [1000, 1010, 990, 1005, 995, 1000];

function verdictsOf(one: LoadReport, other: LoadReport): unknown[] {
  return comparisons(one, other).flatMap(({ figures }) => figures.map(({ verdict }) => verdict));
}

it('calls a difference real that is more than the seconds vary', () => {
  const slower = steady.map((rate) => 0.8 * rate);
  expect(verdictsOf(report(steady), report(slower, 3000))).toEqual(['smaller', 'within', 'larger']);
});

it('calls a difference nothing that is within what they vary', () => {
  const wild = [600, 1400, 700, 1300, 900, 1250];
  expect(verdictsOf(report(steady), report(wild))).toEqual(['within', 'within', 'within']);
});

it('says nothing of a few seconds', () => {
  expect(verdictsOf(report([1000, 1001]), report([10, 11]))).toEqual(['unknown', 'unknown', 'unknown']);
});

it('compares run with run', () => {
  const [comparison] = comparisons(report(steady), report(steady, 2000, 'max=4'));
  expect(comparison?.run).toBe('with pool, max=4');
});

it('says in words which one is better', () => {
  const runs = comparisons(report(steady), report(steady.map((rate) => 2 * rate)));
  const text = comparisonText(
    runs,
    { names: ['a.json', 'b.json'], differences: ['schedule'] },
    { columns: 100, paint: bare },
  );
  expect(text).toMatch(/requests per second │ +1,000 ± 7\.4 │ +2,000 ± 14\.8 │ \+100.0 %, better/);
  expect(text).toMatch(/latency p50 .* \+0.0 %, within the spread/);
  expect(text).toContain('The loads are not alike: they differ in schedule.');
  expect(text).toContain('repeat both');
});

it('names what the loads were not given alike, but for their lengths', () => {
  const one = { ...report(steady), setting: { maxSize: '4', schedule: 'null', durationMs: '5000' } };
  const other = { ...report(steady), setting: { maxSize: '8', schedule: 'null', durationMs: '9000', leases: '2' } };
  expect(differences(one, other)).toEqual(['maxSize', 'leases']);
});
