import type { Launches } from '../support/launches.ts';
import type { Ratio } from '../support/result.ts';
import { ratioOf } from '../support/row-target.ts';
import type { Contest } from './contest.ts';
import { timeouts } from './contests.ts';
import { ours, oursLeased } from './pools/ours.ts';
import { likes, targets, toBeAheadIn } from './targets.ts';

/** All that was measured. */
export interface Findings {
  readonly contests: ReadonlyMap<Contest, Launches>;
  /** Bytes of the heap, by the name of the peer. */
  readonly waiterBytes: ReadonlyMap<string, number>;
}

/** What is to be reached, of all that was measured. */
export function verdictsOf({ contests, waiterBytes }: Findings): Ratio[] {
  const verdicts: Ratio[] = [];
  for (const [contest, launches] of contests) {
    const named = (ratio: Ratio): Ratio => ({ ...ratio, name: `${contest.name}: ${ratio.name}` });
    verdicts.push(...(targets.get(contest) ?? []).map((target) => named(ratioOf(target, launches))));
    if (toBeAheadIn.includes(contest)) verdicts.push(named(nearest(launches)));
    if (contest === timeouts) verdicts.push(...timeoutsOf(launches));
  }
  return [
    ...verdicts,
    ...bytesOf('a waiter through subscribe, bytes', waiterBytes.get(ours.name), 340),
    ...bytesOf('a waiter through lease(), bytes', waiterBytes.get(oursLeased.name), 550),
  ];
}

/** The pool that comes nearest to ours, like against like, of those that keep deadlines. */
function nearest(launches: Launches): Ratio {
  const [first] = likes
    .flatMap(({ own, others }) => others.filter(({ hasTimeout }) => hasTimeout).map((other) => ({ own, other })))
    .map(({ own, other }) => ({ own, other, spread: launches.ratio(own.name, other.name) }))
    .sort((a, b) => b.spread.median - a.spread.median);
  if (first === undefined) throw new Error('there is nobody to compare with');
  const { own, other, spread } = first;
  return {
    name: `ahead of every pool that keeps deadlines; nearest is ${own.name} over ${other.name}`,
    value: spread.median,
    spread,
    target: { atMost: 1 },
  };
}

function timeoutsOf(launches: Launches): Ratio[] {
  const { median, low, high } = launches.ns(ours.name);
  const spread = { median: median / 1000, low: low / 1000, high: high / 1000 };
  return [
    { name: 'a timeout of ours, µs of processor time', value: spread.median, spread, target: { atMost: 15 } },
    { name: 'left in the queue of ours after timeouts', value: launches.left(ours.name) ?? NaN, target: { atMost: 0 } },
  ];
}

function bytesOf(name: string, value: number | undefined, atMost: number): Ratio[] {
  return value === undefined ? [] : [{ name, value, target: { atMost } }];
}
