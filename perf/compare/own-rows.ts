import { bench as pool } from '../micro/pool.ts';
import { bench as withConnection } from '../micro/requests/with-connection.ts';
import { contended, sequential, thousand, thousandBusy } from '../peers/contests.ts';
import { ours, oursAwaited, oursLeased, oursTried, oursUsed } from '../peers/pools/ours.ts';
import type { RowTable } from '../support/row.ts';

/** A row of our own pool, which two builds of the library take turns in. */
export interface OwnRow {
  readonly name: string;
  readonly table: RowTable;
  readonly row: string;
  /** The method of the pool without which there is no such row. */
  readonly needs?: string;
  /** How many times as long it may take as in 0.1.0. */
  readonly overBaseline?: number;
}

/** All of them. */
export const ownRows: readonly OwnRow[] = [
  { ...rowOf(sequential, ours.name), overBaseline: 0.6 },
  { ...rowOf(sequential, oursLeased.name), needs: 'lease' },
  ...[oursAwaited, oursUsed, oursTried].map(({ name }) => rowOf(sequential, name)),
  rowOf(contended, ours.name),
  { ...rowOf(contended, oursLeased.name), needs: 'lease' },
  ...[oursAwaited, oursUsed].map(({ name }) => rowOf(contended, name)),
  rowOf(thousand, ours.name),
  rowOf(thousandBusy, ours.name),
  ...['1 client, 10 connections', '100 clients, 10 connections'].flatMap((load) => [
    rowOf(pool, `events$, ${load}`),
    { ...rowOf(pool, `state$, ${load}`), overBaseline: 0.85 },
    rowOf(pool, `metrics$, ${load}`),
  ]),
  rowOf(withConnection, 'withConnection(of)'),
  rowOf(withConnection, 'withConnection(of), many operators'),
  rowOf(withConnection, 'withConnection(promise), held back'),
  rowOf(withConnection, 'withConnection(promise), in the queue'),
];

function rowOf(table: RowTable, row: string): OwnRow {
  return { name: `${table.name}: ${row}`, table, row };
}
