import { expect, it } from 'vitest';
import { ramp, rate, sweep } from '../../../lib/cli/load/load-flag-values.ts';

it('reads rates, ramps and sweeps', () => {
  expect([rate('500'), rate('0.5')]).toEqual([500, 0.5]);
  expect(ramp('10:1000/60s')).toEqual({ from: 10, to: 1000, overMs: 60_000 });
  expect(sweep('max=1,2,4')).toEqual({ flag: 'max', values: [1, 2, 4] });
  expect(sweep('rate=0.5,2')).toEqual({ flag: 'rate', values: [0.5, 2] });
});

it.each([
  [rate, '0'],
  [rate, '1e9'],
  [rate, '-5'],
  [ramp, '10:1000'],
  [ramp, '10:0/60s'],
  [ramp, '1:2/0s'],
  [sweep, 'max'],
  [sweep, 'size=1'],
  [sweep, 'max=1,,2'],
  [sweep, 'max=0'],
  [sweep, 'max=1.5'],
  [sweep, 'max=1,2,3,4,5,6,7,8,9'],
])('%o refuses %j', (read: (text: string) => unknown, text) => {
  expect(() => read(text)).toThrow(/^It m/);
});
