import { Launches } from '../../../perf/support/launches.ts';
import { Rounds } from '../../../perf/support/rounds.ts';

/** Launches of one round each, in which these rows took so many nanoseconds. */
export function launchesOf(rows: Readonly<Record<string, readonly number[]>>): Launches {
  const count = Math.max(1, ...Object.values(rows).map(({ length }) => length));
  const runs = Array.from({ length: count }, (_, launch) => {
    const samples = Object.entries(rows).map(([name, ns]) => [name, [ns[launch] ?? NaN]] as const);
    return { rounds: new Rounds(new Map(samples)), left: new Map<string, number>(), rates: new Map<string, number>() };
  });
  return new Launches(runs);
}
