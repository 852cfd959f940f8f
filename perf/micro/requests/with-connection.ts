import { type ObservableInput, type OperatorFunction, lastValueFrom, mergeMap, of, range } from 'rxjs';
import type { WithConnectionOptions } from '../../../lib/index.ts';
import { libraryAt } from '../../support/library.ts';
import type { Bench, Repeat, Row } from '../bench.ts';
import { manyOperators } from '../many-operators.ts';
import { openPool } from '../open-pool.ts';

const SIZE = 10;
const TIMES = 10_000;
const MANY_TIMES = 40_000;
const FLOOR = 'mergeMap(of)';
const BUSY_FLOOR = 'mergeMap(promise)';
const POOLED = 'withConnection(of)';
const AMONG = ', many operators';

type Work = (request: number) => ObservableInput<number>;
const atOnce: Work = (request) => of(request);
/** Holds its connection for one turn of the microtask queue. */
const inAMicrotask: Work = (request) => Promise.resolve(request);

/** What `withConnection` adds to the operator that does the same without a pool. */
export const bench: Bench = {
  name: 'requests/with-connection',
  url: import.meta.url,
  summary: 'withConnection against a bare mergeMap',
  unit: 'a request',
  rows: new Map<string, Row>([
    [FLOOR, { times: MANY_TIMES, open: () => served(mergeMap(atOnce, SIZE)) }],
    [POOLED, { times: TIMES, over: FLOOR, open: ({ library }) => pooled(library, atOnce) }],
    [`${FLOOR}${AMONG}`, { times: MANY_TIMES, open: () => (manyOperators(), served(mergeMap(atOnce, SIZE))) }],
    [
      `${POOLED}${AMONG}`,
      { times: TIMES, over: `${FLOOR}${AMONG}`, open: ({ library }) => (manyOperators(), pooled(library, atOnce)) },
    ],
    [
      `${POOLED}, ordered`,
      { times: TIMES, over: FLOOR, open: ({ library }) => pooled(library, atOnce, { ordered: true }) },
    ],
    [
      `${POOLED}, checkout`,
      { times: TIMES, over: FLOOR, open: ({ library }) => pooled(library, atOnce, { checkout: () => ({ key: 'a' }) }) },
    ],
    [BUSY_FLOOR, { times: TIMES, open: () => served(mergeMap(inAMicrotask, SIZE)) }],
    [
      'withConnection(promise), held back',
      { times: TIMES, over: BUSY_FLOOR, open: ({ library }) => pooled(library, inAMicrotask, { buffer: Infinity }) },
    ],
    [
      'withConnection(promise), in the queue',
      {
        times: TIMES,
        over: BUSY_FLOOR,
        open: ({ library }) => pooled(library, inAMicrotask, { concurrency: 100, buffer: Infinity }),
      },
    ],
  ]),
  targets: [
    { name: 'withConnection over mergeMap', row: POOLED, over: FLOOR, atMost: 3 },
    {
      name: 'withConnection over mergeMap, many operators',
      row: `${POOLED}${AMONG}`,
      over: `${FLOOR}${AMONG}`,
      atMost: 2.8,
    },
    ...['held back', 'in the queue'].map((where) => ({
      name: `withConnection over mergeMap, contended, ${where}`,
      row: `withConnection(promise), ${where}`,
      over: BUSY_FLOOR,
      atMost: 3,
    })),
  ],
};

async function pooled(library: string, work: Work, options?: WithConnectionOptions<number>): Promise<Repeat> {
  const { withConnection } = await libraryAt(library);
  const pool = await openPool(SIZE, { library });
  const project = (_connection: number, request: number): ObservableInput<number> => work(request);
  return served(withConnection(pool, project, { ...options, settle: false }));
}

function served(serve: OperatorFunction<number, number>): Repeat {
  return async (times) => {
    await lastValueFrom(range(0, times).pipe(serve));
  };
}
