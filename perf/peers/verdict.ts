import type { Measured } from '../support/measure-rows.ts';
import type { Ratio } from '../support/result.ts';
import type { Spread } from '../support/rounds.ts';
import { freeList } from './pools/free-list.ts';
import { ours } from './pools/ours.ts';
import { roster } from './roster.ts';

/** All that was measured. */
export interface Findings {
  readonly sequential: Measured;
  readonly contended: Measured;
  readonly immediate: Measured;
  readonly limited: Measured;
  readonly burst: Measured;
  readonly timeouts: Measured;
  /** Bytes of the heap, by the name of the peer. */
  readonly waiterBytes: ReadonlyMap<string, number>;
}

/** Something that is to be reached, with how far it moved from round to round where there were rounds. */
export interface Verdict extends Ratio {
  readonly spread?: Spread;
}

/** The name of ours with 1000 connections. */
export const OURS_1000 = 'rx-mcp-pool, 1000 connections';

/** Ours against the pool that comes nearest, and what is to be kept whoever else there is. */
export function verdictsOf(findings: Findings): Verdict[] {
  const { sequential, contended, immediate, timeouts, waiterBytes } = findings;
  const overFloor = contended.rounds.ratio(ours.name, freeList.name);
  return [
    nearest('sequential', sequential, ours.name),
    nearest('sequential', sequential, OURS_1000),
    nearest('contended', contended, ours.name),
    nearest('contended, setImmediate', immediate, ours.name),
    { name: 'contended, ours over the free list', value: overFloor.median, spread: overFloor, target: { atMost: 1.5 } },
    { name: 'a waiter of ours, bytes', value: waiterBytes.get(ours.name) ?? NaN, target: { atMost: 600 } },
    {
      name: 'a timeout of ours, µs of processor time',
      value: timeouts.rounds.ns(ours.name).median / 1000,
      target: { atMost: 15 },
    },
    {
      name: 'left in the queue of ours after timeouts',
      value: timeouts.left.get(ours.name) ?? NaN,
      target: { atMost: 0 },
    },
  ];
}

/** How many times as long as ours the pool takes that is fastest; above 1 ours is ahead of them all. */
function nearest(contest: string, { rounds }: Measured, own: string): Verdict {
  const [first, ...others] = roster
    .filter(({ kind }) => kind === 'pool')
    .map(({ name }) => ({ name, spread: rounds.ratio(name, own) }))
    .sort((a, b) => a.spread.median - b.spread.median);
  if (first === undefined) throw new Error('there is nobody to compare with');
  const ahead = [first, ...others].filter(({ spread }) => spread.median > 1).length;
  return {
    name: `${contest}, ${own} ahead of ${ahead} of ${others.length + 1} pools; the nearest (${first.name}) over ours`,
    value: first.spread.median,
    spread: first.spread,
    target: { atLeast: 1 },
  };
}
