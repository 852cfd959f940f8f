import { type Spread, spreadOf } from '../support/rounds.ts';
import type { Turn } from './client/turn.ts';

/** A number of a turn. */
export type Metric = keyof Turn;

/** All turns of some launches, by contender and by how many clients there were. */
export class Turns {
  /** Launch by launch. */
  readonly #turns = new Map<string, Turn[][]>();

  add(launch: number, name: string, clients: number, turn: Turn): void {
    const launches = this.#turns.get(keyOf(name, clients)) ?? [];
    this.#turns.set(keyOf(name, clients), launches);
    (launches[launch] ??= []).push(turn);
  }

  /** Whether it was measured with so many clients. */
  has(name: string, clients: number): boolean {
    return this.#turns.has(keyOf(name, clients));
  }

  /** The median of each launch; of these the median, the least and the most. */
  of(metric: Metric, name: string, clients: number): Spread {
    return reachOf(this.#launches(metric, name, clients));
  }

  /** Two contenders set against each other, each launch by itself: the median, the least and the most. */
  compared(
    metric: Metric,
    [name, base]: readonly [string, string],
    clients: number,
    compare: (one: number, other: number) => number,
  ): Spread {
    const bases = this.#launches(metric, base, clients);
    return reachOf(this.#launches(metric, name, clients).map((one, launch) => compare(one, bases[launch] ?? NaN)));
  }

  #launches(metric: Metric, name: string, clients: number): number[] {
    const launches = this.#turns.get(keyOf(name, clients));
    if (launches === undefined) throw new Error(`${name} was not measured with ${clients} clients`);
    return launches.map((turns) => spreadOf(turns.map((turn) => turn[metric])).median);
  }
}

function keyOf(name: string, clients: number): string {
  return `${name}, ${clients}`;
}

function reachOf(values: readonly number[]): Spread {
  return { median: spreadOf(values).median, low: Math.min(...values), high: Math.max(...values) };
}
