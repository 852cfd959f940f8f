import { type Observable, type Subscription, from, mergeMap, of, range } from 'rxjs';
import {
  type Pool,
  type Strategy,
  createPool,
  leastLoaded,
  random,
  roundRobin,
  withConnection,
} from '../../lib/index.ts';
import { leaseClients } from '../peers/loops/lease-loops.ts';
import type { Peer } from '../peers/peer.ts';
import { cpuMs } from '../support/cpu-ms.ts';
import { openIsolate } from '../support/isolate.ts';
import type { RowTable } from '../support/row.ts';
import type { Row } from './guard.ts';

/** Each way to choose. */
export const STRATEGIES: readonly { readonly name: string; readonly make: () => Strategy }[] = [
  { name: 'roundRobin', make: roundRobin },
  { name: 'leastLoaded', make: leastLoaded },
  { name: 'random', make: random },
];

interface Observer {
  readonly name: string;
  readonly observe: (pool: Pool<number>) => Subscription | undefined;
  /** How many times the unobserved pool it may take. */
  readonly timesAtMost?: number;
}

/** Each way to look at a pool. */
export const OBSERVERS: readonly Observer[] = [
  { name: 'unobserved', observe: () => undefined },
  { name: 'events$', observe: (pool) => pool.events$.subscribe(), timesAtMost: 2 },
  { name: 'state$', observe: (pool) => pool.state$.subscribe(), timesAtMost: 3 },
  { name: 'metrics$', observe: (pool) => pool.metrics$.subscribe(), timesAtMost: 1.5 },
];

const TIMES = 10_000;

/** Some of those who take part in a contest. */
export async function peerRows(contest: RowTable, peers: readonly Peer[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name } of peers) rows.push(await openIsolate(contest, name));
  return rows;
}

/** One client of a pool of each strategy and size. */
export async function growthRows(sizes: readonly number[]): Promise<Row[]> {
  return Promise.all(
    STRATEGIES.flatMap(({ name, make }) =>
      sizes.map(async (size) => sequentialRow(`${name}, ${size}`, await opened(size, make()))),
    ),
  );
}

/** One client of a pool that somebody looks at. */
export async function observedRows(): Promise<Row[]> {
  return Promise.all(
    OBSERVERS.map(async ({ name, observe }) => {
      const pool = await opened(10, roundRobin());
      observe(pool);
      return sequentialRow(name, pool);
    }),
  );
}

/** A request that is answered at once, with and without a connection. */
export async function operatorRows(): Promise<Row[]> {
  const pool = await opened(10, roundRobin());
  const close = (): Promise<void> => pool.close();
  const serve = withConnection(pool, (_, request: number) => of(request));
  return [
    { name: 'withConnection', times: TIMES, run: timed((n) => drained(range(0, n).pipe(serve))), close },
    {
      name: 'mergeMap',
      times: TIMES,
      run: timed((n) => drained(range(0, n).pipe(mergeMap((request) => of(request), 10)))),
      close: () => Promise.resolve(),
    },
  ];
}

function sequentialRow(name: string, pool: Pool<number>): Row {
  const clients = leaseClients(pool);
  return { name, times: TIMES, run: timed((pairs) => clients.sequential(pairs)), close: () => pool.close() };
}

function timed(run: (times: number) => Promise<void>): Row['run'] {
  return async (times) => {
    const since = cpuMs();
    await run(times);
    return cpuMs() - since;
  };
}

async function opened(size: number, strategy: Strategy): Promise<Pool<number>> {
  const connect = ({ id }: { id: number }): Observable<number> => from([id]);
  const pool = createPool({ connect, minSize: size, maxSize: size, maxConnecting: size, strategy, seed: 1 });
  await pool.ready();
  return pool;
}

function drained(responses$: Observable<number>): Promise<void> {
  return new Promise((resolve, reject) => {
    responses$.subscribe({ error: reject, complete: resolve });
  });
}
