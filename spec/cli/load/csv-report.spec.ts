import { expect, it } from 'vitest';
import { csvReport } from '../../../lib/cli/load/csv-report.ts';
import { sampleOf } from '../samples.ts';

it('has a line for each second of each run', () => {
  const second = { second: 1, succeeded: 50, failed: 1, p50: 900, p99: 2000, active: 4, idle: 1, waiting: 7 };
  const results = [
    sampleOf({ mode: 'max=1', history: [second, { ...second, second: 2 }] }),
    sampleOf({ mode: 'max=2', history: [second] }),
  ];
  expect(csvReport(results)).toBe(
    [
      'run,second,succeeded,failed,p50_us,p99_us,active,idle,waiting',
      'max=1,1,50,1,900,2000,4,1,7',
      'max=1,2,50,1,900,2000,4,1,7',
      'max=2,1,50,1,900,2000,4,1,7',
      '',
    ].join('\n'),
  );
});
