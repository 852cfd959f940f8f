import { describe, expect, it } from 'vitest';
import { contests } from '../../../perf/wires/contests.ts';

describe.each(contests)('the targets of $name', ({ rows, targets, url, exportedAs }) => {
  it('are about rows that there are, in the module that exports them', async () => {
    expect([...rows.keys()]).toEqual(expect.arrayContaining(targets.flatMap(({ row, over }) => [row, over])));
    const { [exportedAs ?? '']: exported } = (await import(url)) as Record<string, { rows?: unknown } | undefined>;
    expect(exported?.rows).toBe(rows);
  });
});
