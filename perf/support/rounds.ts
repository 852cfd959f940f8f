/** Something that is done many times over. */
export interface Repeated {
  readonly name: string;
  /** How often in one round. */
  readonly times: number;
  /** Resolves with the milliseconds that it took, where it knows better than the clock on the wall. */
  readonly run: (times: number) => Promise<unknown>;
}

/** A value and how far it moved from round to round. */
export interface Spread {
  readonly median: number;
  /** The first and the third quartile of rounds: half of them lie between. Of launches, the least and the most. */
  readonly low: number;
  readonly high: number;
}

/** What a compiler needs until it has settled. */
const LEAD_IN = 4;

/** What the rounds of one run came to. */
export class Rounds {
  /** Nanoseconds for one time of each, round by round. */
  readonly #samples: ReadonlyMap<string, readonly number[]>;

  constructor(samples: ReadonlyMap<string, readonly number[]>) {
    this.#samples = samples;
  }

  get names(): readonly string[] {
    return [...this.#samples.keys()];
  }

  /** Nanoseconds for one time. */
  ns(name: string): Spread {
    return spreadOf(this.#of(name));
  }

  /** How many times as long `name` takes as `base`: of each round by itself, for the machine was the same to both. */
  ratio(name: string, base: string): Spread {
    const bases = this.#of(base);
    return spreadOf(this.#of(name).map((ns, round) => ns / (bases[round] ?? NaN)));
  }

  #of(name: string): readonly number[] {
    const samples = this.#samples.get(name);
    if (samples === undefined) throw new Error(`nothing is called "${name}"`);
    return samples;
  }
}

/**
 * Repeats each. Peers take turns round by round, back and forth, so that a machine that slows down slows all of them
 * down; the first rounds lead in and do not count.
 */
export async function roundRobinRounds(
  peers: readonly Repeated[],
  rounds: number,
  leadIn: number = LEAD_IN,
): Promise<Rounds> {
  const samples = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = -leadIn; round < rounds; round++) {
    for (const { name, times, run } of round % 2 === 0 ? peers : peers.toReversed()) {
      const since = performance.now();
      const told = await run(times);
      const ms = typeof told === 'number' ? told : performance.now() - since;
      if (round >= 0) samples.get(name)?.push((ms * 1e6) / times);
    }
  }
  return new Rounds(samples);
}

/** The median and the quartiles. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
