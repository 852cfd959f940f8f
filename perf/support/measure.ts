import { type BennyCase, type Entry, benny } from './benny.ts';
import { type Load, serveBatch } from './clients.ts';
import { keptTo } from './cores.ts';
import { Meter } from './meter.ts';
import type { CaseResult } from './result.ts';
import { spreadOf } from './rounds.ts';
import type { Reading, Target } from './target.ts';

/** One line of a workload. */
export interface Case extends Load {
  readonly name: string;
  /** 0 where there is no pool. */
  readonly connections: number;
  /** The core that the clients are kept to; where they need not be kept from a server, there is none. */
  readonly core?: string | undefined;
  /** Resolves when the target is ready to serve. */
  open(): Promise<Target>;
}

interface Prepared extends Case {
  readonly target: Target;
  readonly meter: Meter;
  readonly before: Reading;
}

/** How much smaller a batch is for a look than for a measurement. */
const QUICK_BATCH = 1 / 2;
/** How often each case has its turn in a measurement: a machine that slows down for a while slows down all of them. */
const PASSES = 3;

/** Measures the cases with benny, one after another; what it runs and times is a batch of requests. */
export function measure(name: string, cases: readonly Case[], quick: boolean): Promise<CaseResult[]> {
  const core = cases.find((each) => each.core !== undefined)?.core;
  const run = (): Promise<CaseResult[]> => measureHere(name, cases, quick);
  return core === undefined ? run() : keptTo(core, run);
}

async function measureHere(name: string, cases: readonly Case[], quick: boolean): Promise<CaseResult[]> {
  const prepared: Prepared[] = [];
  try {
    for (const each of cases) prepared.push(await prepare(quick ? smaller(each) : each));
    const { results } = await runSuite(name, prepared, quick);
    return prepared.map((each, index) => resultOf(each, turnsOf(results, index, prepared.length)));
  } finally {
    await Promise.all(prepared.map(({ target }) => target.close()));
  }
}

function smaller(each: Case): Case {
  return { ...each, requests: Math.ceil(each.requests * QUICK_BATCH) };
}

/** Opens the target and leads it in with a batch that does not count. */
async function prepare(each: Case): Promise<Prepared> {
  const target = await each.open();
  const reading = (): Reading => target.reading();
  await serveBatch(target, each, new Meter(reading));
  return { ...each, target, meter: new Meter(reading), before: reading() };
}

async function runSuite(name: string, cases: readonly Prepared[], quick: boolean): ReturnType<typeof benny.suite> {
  let started = false;
  let failure: unknown;
  const start: Entry = () => {
    started = true;
    return Promise.resolve((suite) => suite);
  };
  // Benny calls each case once, all at the same time, while it puts the suite together; and it never looks at a rejection.
  const run = async ({ target, meter, ...load }: Prepared): Promise<void> => {
    if (!started || failure !== undefined) return;
    await serveBatch(target, load, meter).catch((error: unknown) => {
      failure = error;
    });
  };
  const summary = await benny.suite(
    name,
    ...Array.from({ length: quick ? 1 : PASSES }, () => cases)
      .flat()
      .map((each) => benny.add(each.name, () => () => run(each))),
    start,
    benny.configure({ cases: { minSamples: quick ? 2 : 3, minTime: 0.02, maxTime: quick ? 0.1 : 0.4 } }),
    benny.cycle(tellProgress),
  );
  if (failure !== undefined) throw new Error(`${name} broke off`, { cause: failure });
  return summary;
}

function tellProgress({ name, samples }: BennyCase): string {
  process.stderr.write(`  ${name}: ${samples} samples\n`);
  return '';
}

/** Of all turns, one case after another, the seconds that each batch of one case took. */
function turnsOf(results: readonly BennyCase[], index: number, cases: number): number[] {
  return results.filter((_, turn) => turn % cases === index).flatMap(({ details }) => details.sampleResults);
}

function resultOf({ target, meter, before, ...each }: Prepared, batchSeconds: readonly number[]): CaseResult {
  const after = target.reading();
  const { failure, failedRequests, ...seen } = meter.seen();
  if (failedRequests > 0) throw new Error(`${each.name}: ${failedRequests} requests failed`, { cause: failure });
  const { median, low, high } = spreadOf(batchSeconds);
  return {
    name: each.name,
    clients: each.clients,
    connections: each.connections,
    requestsPerSecond: each.requests / median,
    marginPercent: (100 * (high - low)) / 2 / median,
    samples: batchSeconds.length,
    ...seen,
    meanCheckoutUs: (after.waitedUs - before.waitedUs) / (after.checkouts - before.checkouts),
    failedCheckouts: after.failedCheckouts - before.failedCheckouts,
  };
}
