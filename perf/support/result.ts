import type { Seen } from './meter.ts';
import type { Spread } from './rounds.ts';

/** What one case of a workload came to. */
export interface CaseResult extends Omit<Seen, 'failure' | 'failedRequests'> {
  readonly name: string;
  readonly clients: number;
  /** 0 where there is no pool. */
  readonly connections: number;
  /** By the median batch. */
  readonly requestsPerSecond: number;
  /** Half of the batches lie within so much of the median. */
  readonly marginPercent: number;
  readonly samples: number;
  readonly meanCheckoutUs: number;
  readonly failedCheckouts: number;
}

/** Two measurements of one run, set against each other. */
export interface Ratio {
  readonly name: string;
  readonly value: number;
  /** How far it moved, where it was taken more than once. */
  readonly spread?: Spread;
  /** What it must reach, or must not exceed. */
  readonly target: { readonly atLeast: number } | { readonly atMost: number };
}

/** How many times the throughput of `slow` that of `fast` is. Throws for names that no case has. */
export function timesFaster(results: readonly CaseResult[], fast: string, slow: string): number {
  return throughputOf(results, fast) / throughputOf(results, slow);
}

/** The throughput of the fastest of these cases over that of the slowest. */
export function spread(results: readonly CaseResult[], names: readonly string[]): number {
  const throughputs = names.map((name) => throughputOf(results, name));
  return Math.max(...throughputs) / Math.min(...throughputs);
}

/** Whether a ratio is where it should be. */
export function isMet({ value, target }: Ratio): boolean {
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

/** A ratio for programs. No verdict is kept where too little was measured for one. */
export function judged(ratio: Ratio, isEnough: boolean): Ratio & { readonly met?: boolean } {
  return isEnough ? { ...ratio, met: isMet(ratio) } : ratio;
}

/** The result of a case. Throws for a name that no case has. */
export function resultOf(results: readonly CaseResult[], name: string): CaseResult {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

function throughputOf(results: readonly CaseResult[], name: string): number {
  return resultOf(results, name).requestsPerSecond;
}
