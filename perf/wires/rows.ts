import type { Ports, Repeat, Row } from '../support/row.ts';
import type { Contest } from './contest.ts';
import { type Ask, awaited, closedLoop } from './contenders/closed-loop.ts';
import type { RawClient } from './contenders/call.ts';
import { PROGRESS } from './servers/answers.ts';

/** HTTP has much code to warm up: with fewer requests before it counts one compares compilers. */
export const HTTP_LEAD_IN = 20_000;

/** A contest as its module writes it down. */
export interface ContestParts extends Pick<Contest, 'name' | 'summary' | 'url' | 'targets'> {
  readonly exportedAs: string;
  /** Processor time when left out. */
  readonly unit?: Contest['unit'];
  readonly rows: Readonly<Record<string, Row>>;
}

/** Rows that talk to the lean server, each in a process of its own. */
export function contest({ unit = 'CPU µs', rows, ...parts }: ContestParts): Contest {
  const server = new URL('./servers/server.js', import.meta.url);
  return { ...parts, unit, rows: new Map(Object.entries(rows)), server };
}

/** So many times a round, by something that is opened first. */
export function row(times: number, open: (ports: Ports) => Promise<Repeat> | Repeat, leadIn?: number): Row {
  return { times, open, ...(leadIn !== undefined && { leadIn }) };
}

/** Repeats what tells of its answer by a callback. */
export function inCallbacks(ask: Ask, atOnce: number): Repeat {
  return (times) => closedLoop(ask, times, atOnce);
}

/** Repeats what returns a promise. */
export function inPromises(once: () => Promise<unknown>, atOnce: number): Repeat {
  return (times) => awaited(once, times, atOnce);
}

/** Repeats it one at a time, and tells what half of them took at most, instead of the processor time. */
export function oneByOne(once: () => Promise<unknown>): Repeat {
  return async (times) => {
    const tookMs: number[] = [];
    for (let i = 0; i < times; i++) {
      const since = performance.now();
      await once();
      tookMs.push(performance.now() - since);
    }
    const p50Ms = tookMs.sort((a, b) => a - b)[Math.floor(times / 2)] ?? NaN;
    return { ms: p50Ms * times };
  };
}

/** A raw client in promises, for one at a time. */
export function promiseOf({ ask }: RawClient): () => Promise<void> {
  return () => new Promise((resolve) => ask(resolve));
}

/** Makes sure that each call heard all of its progress. */
export function withAllProgress(repeat: Repeat, progress: () => number): Repeat {
  return async (times) => {
    const before = progress();
    await repeat(times);
    const told = progress() - before;
    if (told !== times * PROGRESS) throw new Error(`${told} messages of progress came, not ${times * PROGRESS}`);
  };
}

/** Counts calls of a function. */
export class Count {
  total = 0;
  readonly add = (): void => {
    this.total++;
  };
}
