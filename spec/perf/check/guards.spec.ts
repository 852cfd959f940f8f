import { describe, expect, it } from 'vitest';
import { allowed, rowsOf } from '../../../perf/check/guard.ts';
import { families } from '../../../perf/check/guards.ts';

describe.each(families)('the guards of $name', ({ table, guards }) => {
  it('are about rows that there are', () => {
    expect([...table.rows.keys()]).toEqual(expect.arrayContaining([...rowsOf(guards)]));
  });

  it('let no slide by 30 % pass, nor take noise of 10 % for one', () => {
    for (const guard of guards) {
      expect(allowed(guard), guard.row).toBeLessThan(1.3 * guard.reached);
      expect(guard.margin, guard.row).toBeGreaterThanOrEqual(0.1);
    }
  });
});
