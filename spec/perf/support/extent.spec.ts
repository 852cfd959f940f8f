import { describe, expect, it } from 'vitest';
import { extentOf } from '../../../perf/support/extent.ts';

describe('the place of the results', () => {
  it('is one of their own, which is not committed, when nobody says anything', () => {
    expect(extentOf({})).toMatchObject({
      quick: false,
      launches: 5,
      folder: expect.stringMatching(/build\/perf-results$/) as unknown,
    });
  });

  it('is the one that is named', () => {
    expect(extentOf({ out: '/somewhere' })).toMatchObject({ folder: '/somewhere' });
  });

  it('is that of the repository for a whole measurement only', () => {
    expect(extentOf({ commit: true })).toMatchObject({ folder: expect.stringMatching(/perf\/results$/) as unknown });
    expect(extentOf({ commit: true, launches: '7' })).toMatchObject({ launches: 7 });
    expect(extentOf({ commit: true, quick: true })).toMatch(/^--commit takes a whole measurement/);
    expect(extentOf({ commit: true, launches: '4' })).toMatch(/^--commit takes a whole measurement/);
  });

  it('is one place', () => {
    expect(extentOf({ commit: true, out: '/somewhere' })).toBe('--commit and --out name two places for the results');
  });
});

describe('the number of launches', () => {
  it('is too small for a verdict in a look', () => {
    expect(extentOf({ quick: true })).toMatchObject({ quick: true, launches: 2 });
  });

  it.each(['0', '-1', '1.5', 'many', ''])('cannot be "%s"', (launches) => {
    expect(extentOf({ launches })).toBe(`--launches takes a number from 1 on, not "${launches}"`);
  });
});
