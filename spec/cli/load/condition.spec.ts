import { describe, expect, it } from 'vitest';
import { type ConditionFigures, condition } from '../../../lib/cli/load/condition.ts';

const figures: ConditionFigures = {
  ...{ p50: 5, p90: 20, p95: 30, p99: 50, p999: 90, max: 100, mean: 8 },
  ...{ failed: 2, failedPercent: 0.5, requests: 400, rate: 40 },
};

describe('a condition', () => {
  it.each([
    ['p99>50', false],
    ['p99>=50', true],
    ['p99 < 50.5', true],
    ['failed<=1', false],
    ['p99>50 || failed>0', true],
    ['p99>50 && failed>0', false],
    // The closer one first: false && true || true.
    ['p99>50 && failed>0 || rate<50', true],
    ['p99>50 && (failed>0 || rate<50)', false],
    ['((max>99))', true],
    ['failedPercent > 0.1', true],
  ])('%s is %s', (text, holds) => {
    expect(condition(text).holds(figures)).toBe(holds);
  });

  it('keeps how it was written', () => {
    expect(condition(' p99>50 ').text).toBe('p99>50');
  });

  it.each([
    ['', 'expected one of p50, p90, p95, p99, p999, max, mean, failed, failedPercent, requests, rate at the end'],
    ['p98>5', 'in place of p98'],
    ['p99', 'expected >, >=, < or <= at the end'],
    ['p99=5', 'expected >, >=, < or <= in place of ='],
    ['p99>x', 'expected a number in place of x'],
    ['p99>', 'expected a number at the end'],
    ['p99>5 failed>0', 'expected && or || in place of failed'],
    ['(p99>5', 'expected ) at the end'],
    ['p99>5;process.exit()', 'expected && or || in place of ;'],
    ['constructor>5', 'in place of constructor'],
    ['p99toString>5', 'in place of p99toString'],
  ])('says of %j: %s', (text, message) => {
    expect(() => condition(text)).toThrow(message);
  });
});
