import { createRequire } from 'node:module';

/** A part of a suite: given its settings, what it does to the suite, which is benchmark.js's and none of our business. */
export type Entry = (config: object) => Promise<(suite: object) => object>;

/** What `configure` gives. */
export interface Settings {
  readonly name: string;
}

/** One case, as benny saw it. */
export interface BennyCase {
  readonly name: string;
  readonly samples: number;
  /** The seconds that one call took, of each sample. */
  readonly details: { readonly sampleResults: readonly number[] };
}

/** As much of benny as the workloads use. */
export interface Benny {
  suite(name: string, ...entries: readonly (Entry | Settings)[]): Promise<{ readonly results: readonly BennyCase[] }>;
  /** Calls `test` once when the suite is put together, to learn what it returns. */
  add(name: string, test: () => () => Promise<void>): Entry;
  configure(config: { readonly cases: { minSamples: number; minTime: number; maxTime: number } }): Settings;
  /** Calls `tell` after each case and prints what it returns, if anything. */
  cycle(tell: (result: BennyCase) => string): Entry;
}

/** Benny, without its own declarations: they need those of benchmark.js, which nothing here looks at. */
export const benny: Benny = createRequire(import.meta.url)('benny') as Benny;
