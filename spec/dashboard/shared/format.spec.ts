import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatLatency,
  formatMs,
  formatPressure,
  formatRate,
  formatSeconds,
  formatShort,
  formatTimes,
  formatUs,
} from '../../../lib/dashboard/shared/format.ts';

describe('figures for people', () => {
  it.each([
    [0, '0 µs'],
    [210.4, '210 µs'],
    [999.6, '1.00 ms'],
    [1234, '1.23 ms'],
    [9999, '10.0 ms'],
    [98_100, '98.1 ms'],
    [99_960, '100 ms'],
    [693_000, '693 ms'],
    [999_600, '1.00 s'],
    [12_340_000, '12.3 s'],
    [59_949_000, '59.9 s'],
    [59_960_000, '1 min 0 s'],
    [101_400_000, '1 min 41 s'],
    [3_599_600_000, '1 h 0 min'],
    [11_100_000_000, '3 h 5 min'],
  ])('write %d microseconds as %s', (us, text) => {
    expect(formatUs(us)).toBe(text);
    expect(formatMs(us / 1000)).toBe(text);
  });

  it('have separators, and a decimal where there is little', () => {
    expect(formatCount(1_234_567)).toBe('1,234,567');
    expect([0, 4.23, 99.94, 99.96, 5123.4].map(formatRate)).toEqual(['0', '4.2', '99.9', '100', '5,123']);
    expect([999, 999.7, 12_345, 999_600, 4_560_000, 2e9].map(formatShort)).toEqual([
      '999',
      '1k',
      '12.3k',
      '1M',
      '4.56M',
      '2G',
    ]);
    expect([4.84, 9.96, 384.2].map(formatTimes)).toEqual(['4.8', '10', '384']);
    expect([0, 400, 10_000].map(formatSeconds)).toEqual(['0 s', '0.4 s', '10 s']);
  });

  it('have a dash for a latency that nobody measured', () => {
    expect([0, 5].map(formatLatency)).toEqual(['–', '5 µs']);
    expect([null, 0.524].map(formatPressure)).toEqual(['–', '0.52']);
  });
});
