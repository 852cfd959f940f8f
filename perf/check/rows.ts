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
import { leaseClients } from '../peers/loops/own-copy.ts';
import type { OpenPeer, Peer } from '../peers/peer.ts';
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

/** Pools of 10 connections, one of each peer. */
export function peerRows(
  use: string,
  peers: readonly Peer[],
  run: (peer: OpenPeer, pairs: number) => Promise<void>,
): Promise<Row[]> {
  return Promise.all(
    peers.map(async (each): Promise<Row> => {
      const peer = await each.open(`${use}, ${each.name}`, { size: 10 });
      return { name: each.name, times: TIMES, run: (pairs) => run(peer, pairs), close: () => peer.close() };
    }),
  );
}

/** One client of a pool of each strategy and size. */
export function growthRows(sizes: readonly number[]): Promise<Row[]> {
  return Promise.all(
    STRATEGIES.flatMap(({ name, make }) =>
      sizes.map(async (size) => sequentialRow(`${name}, ${size}`, await opened(size, make()))),
    ),
  );
}

/** One client of a pool that somebody looks at. */
export function observedRows(): Promise<Row[]> {
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
    { name: 'withConnection', times: TIMES, run: (n) => drained(range(0, n).pipe(serve)), close },
    {
      name: 'mergeMap',
      times: TIMES,
      run: (n) => drained(range(0, n).pipe(mergeMap((request) => of(request), 10))),
      close: () => Promise.resolve(),
    },
  ];
}

async function sequentialRow(name: string, pool: Pool<number>): Promise<Row> {
  const clients = await leaseClients(name, pool);
  return { name, times: TIMES, run: (pairs) => clients.sequential(pairs), close: () => pool.close() };
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
