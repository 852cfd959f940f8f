import { describe, expect, it } from 'vitest';
import { contests } from '../../../perf/peers/contests.ts';
import { ours, oursLeased } from '../../../perf/peers/pools/ours.ts';
import { likes, targets, toBeAheadIn } from '../../../perf/peers/targets.ts';
import { verdictsOf } from '../../../perf/peers/verdict.ts';
import { launchesOf } from '../support/launches-of.ts';

describe.each(contests)('$name', (contest) => {
  it('is exported under the name by which a process looks for it', async () => {
    const exported = (await import(contest.url)) as Record<string, unknown>;
    expect(exported[contest.exportedAs ?? '']).toBe(contest);
  });

  it('has the rows that its targets are about', () => {
    const rows = (targets.get(contest) ?? []).flatMap(({ row, over }) => [row, over]);
    expect([...contest.rows.keys()]).toEqual(expect.arrayContaining(rows));
  });
});

it('sets like against like where ours is to be ahead', () => {
  for (const contest of toBeAheadIn) {
    const limited = likes.flatMap(({ own, others }) => [own, ...others.filter(({ hasTimeout }) => hasTimeout)]);
    expect([...contest.rows.keys()], contest.name).toEqual(expect.arrayContaining(limited.map(({ name }) => name)));
  }
});

it('names the pool that comes nearest', () => {
  const [contest] = toBeAheadIn;
  if (contest === undefined) throw new Error('no contest');
  const ns = Object.fromEntries([...contest.rows.keys()].map((name, i) => [name, [100 + i]]));
  const launches = launchesOf({ ...ns, [ours.name]: [50], [oursLeased.name]: [300], tarn: [250] });
  const verdicts = verdictsOf({ contests: new Map([[contest, launches]]), waiterBytes: new Map() });
  expect(verdicts.at(-1)?.name).toContain(`nearest is ${oursLeased.name} over lightning-pool, promises`);
});
