import { describe, expect, it } from 'vitest';
import { soakOptions } from './soak-options.ts';

describe('soakOptions', () => {
  it('takes ten minutes where nothing is said', () => {
    expect(soakOptions([])).toEqual({ minutes: 10, help: false });
  });

  it('takes minutes, and fractions of one', () => {
    expect(soakOptions(['--minutes', '0.5']).minutes).toBe(0.5);
    expect(soakOptions(['--minutes=1440']).minutes).toBe(1440);
    expect(soakOptions(['-h']).help).toBe(true);
  });

  it.each(['0', '0.4', '1441', '-1', 'ten', '', '1e3', 'Infinity'])('refuses --minutes=%s', (minutes) => {
    expect(() => soakOptions([`--minutes=${minutes}`])).toThrow(RangeError);
  });

  it('refuses what it does not know', () => {
    expect(() => soakOptions(['--hours', '1'])).toThrow(TypeError);
    expect(() => soakOptions(['3'])).toThrow(TypeError);
  });
});
