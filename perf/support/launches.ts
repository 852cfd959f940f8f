import { type Measured, measureRows } from './measure-rows.ts';
import { type Rounds, type Spread, spreadOf } from './rounds.ts';
import type { RowTable } from './row.ts';

/** So many launches are needed for a verdict: what a process compiles to is a matter of luck and moves by 15 %. */
export const ENOUGH_LAUNCHES = 5;

/** The same rows, launched several times over in processes of their own. */
export class Launches {
  readonly #runs: readonly Measured[];

  constructor(runs: readonly Measured[]) {
    this.#runs = runs;
  }

  get count(): number {
    return this.#runs.length;
  }

  get names(): readonly string[] {
    return this.#runs[0]?.rounds.names ?? [];
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Nanoseconds for one time: the median launch, the least and the most. */
  ns(name: string): Spread {
    return reachOf(this.#rounds.map((rounds) => rounds.ns(name).median));
  }

  /** How many times as long `name` takes as `base`: of each launch by itself. The median launch, the least and the most. */
  ratio(name: string, base: string): Spread {
    return reachOf(this.#rounds.map((rounds) => rounds.ratio(name, base).median));
  }

  /** How many were in the queue in the worst launch, for one who came; `undefined` where that is not told. */
  left(name: string): number | undefined {
    const told = this.#runs.flatMap(({ left }) => left.get(name) ?? []);
    return told.length === 0 ? undefined : Math.max(...told);
  }

  get #rounds(): readonly Rounds[] {
    return this.#runs.map(({ rounds }) => rounds);
  }
}

/** Launches these rows of a table so many times; every second launch opens them in the other order. */
export async function measureLaunches(
  table: RowTable,
  launches: number,
  rounds: number,
  names: Iterable<string> = table.rows.keys(),
): Promise<Launches> {
  const runs: Measured[] = [];
  const order = [...names];
  for (let i = 0; i < launches; i++)
    runs.push(await measureRows(table, rounds, i % 2 === 0 ? order : order.toReversed()));
  return new Launches(runs);
}

/** The median, the least and the most. */
export function reachOf(values: readonly number[]): Spread {
  return { median: spreadOf(values).median, low: Math.min(...values), high: Math.max(...values) };
}
