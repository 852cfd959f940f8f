import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

describe('slopeOf', () => {
  it('is that of a line, wherever it begins', () => {
    const points = [10, 20, 50].map((x) => ({ x, y: 3 * x + 7 }));
    expect(slopeOf(points)).toBeCloseTo(3);
  });

  it('is that of the line in the middle of noise', () => {
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((x) => ({ x, y: 2 * x + ((x >> 1) % 2 === 0 ? 1 : -1) }));
    expect(slopeOf(points)).toBeGreaterThan(1.5);
    expect(slopeOf(points)).toBeLessThan(2.5);
  });

  it('is 0 where nothing changes, and where there is nothing', () => {
    expect(slopeOf([1, 2, 3].map((x) => ({ x, y: 5 })))).toBe(0);
    expect(slopeOf([1, 2, 3].map((y) => ({ x: 5, y })))).toBe(0);
    expect(slopeOf([])).toBe(0);
  });
});
