import { type Contest, type Entry, type Rules, rowsOf } from './contest.ts';
import type { OpenPeer, Peer } from './peer.ts';
import { genericPool } from './pools/generic-pool.ts';
import { lightningPool, lightningPoolPromises } from './pools/lightning-pool.ts';
import { callbackLoop, promiseLoop } from './pools/loop-alone.ts';
import { ours, oursLeased, oursTried } from './pools/ours.ts';
import { pgPool, pgPoolPromises } from './pools/pg-pool.ts';
import { take } from './pools/warm-up.ts';
import { roster } from './roster.ts';
import { serveAll, waitInVain } from './waiters.ts';

const CONNECTIONS = 10;
const MANY_CONNECTIONS = 1000;
const CLIENTS = 100;
/** Enough for some collections of garbage in each round: with fewer there are rounds with one and rounds without. */
const PAIRS = 50_000;
/** As many as can wait at ours when nobody says anything. */
const WAITERS = 10_000;
/** A deadline that nobody reaches. */
const NEVER_MS = 60_000;
/** Longer than anybody takes to ask for all of them. */
const SOON_MS = 150;

/** One client: a checkout and a checkin, of 10 connections. The others keep no deadlines, which is their default. */
export const sequential: Contest = contest({
  name: 'sequential',
  exportedAs: 'sequential',
  summary: 'one client on 10 connections',
  entries: [...roster, oursTried, callbackLoop, promiseLoop].map((peer) => entry(peer)),
  run: inTurn,
});

/** The same where everybody keeps a deadline of a minute. */
export const sequentialWithDeadlines: Contest = contest({
  name: 'sequential, deadlines',
  exportedAs: 'sequentialWithDeadlines',
  summary: 'the same, with a deadline for each checkout',
  entries: limited(NEVER_MS),
  run: inTurn,
});

/** 100 clients on 10 connections, each of which is held for one turn of the microtask queue. */
export const contended: Contest = contest({
  name: 'contended',
  exportedAs: 'contended',
  summary: '100 clients on 10 connections, held for a microtask',
  entries: [...roster, callbackLoop, promiseLoop].map((peer) => entry(peer)),
  run: contend,
});

/** The same where everybody keeps a deadline of a minute. */
export const contendedWithDeadlines: Contest = contest({
  name: 'contended, deadlines',
  exportedAs: 'contendedWithDeadlines',
  summary: 'the same, with a deadline for each checkout',
  entries: limited(NEVER_MS),
  run: contend,
});

/** 100 clients on 10 connections, each of which is held for one turn of the event loop. */
export const contendedImmediate: Contest = contest({
  name: 'contended, setImmediate',
  exportedAs: 'contendedImmediate',
  summary: 'the same, held for a turn of the event loop',
  entries: roster.map((peer) => entry(peer)),
  times: 4000,
  rounds: 5,
  run: (peer, times) => peer.contended(CLIENTS, times, 'immediate'),
});

/** One client on 1000 connections; ours with 10 as well, to be set against. */
export const thousand: Contest = contest({
  name: '1000 connections',
  exportedAs: 'thousand',
  summary: 'one client on 1000 connections, and ours on 10',
  entries: [
    ...[ours, oursLeased].map((peer) => ({ ...entry(peer), name: withTen(peer.name) })),
    ...[ours, oursLeased, lightningPool, lightningPoolPromises, genericPool, pgPool, pgPoolPromises].map(ofThousand),
  ],
  run: inTurn,
});

/** 100 clients on 1000 connections: nobody has to wait. */
export const thousandBusy: Contest = contest({
  name: '1000 connections, 100 clients',
  exportedAs: 'thousandBusy',
  summary: '100 clients on 1000 connections, held for a microtask',
  entries: [ours, oursLeased, lightningPool, lightningPoolPromises, genericPool, pgPool, pgPoolPromises].map(
    ofThousand,
  ),
  run: contend,
});

/** 10 000 who come at once, and are served one after another. */
export const burst: Contest = contest({
  name: 'burst',
  exportedAs: 'burst',
  summary: '10 000 who come at once, all of them together',
  unit: 'ms',
  scale: WAITERS / 1e6,
  times: WAITERS,
  rounds: 5,
  leadInRounds: 2,
  entries: roster.map((peer) => entry(peer)),
  run: serveAll,
});

/** 10 000 who wait in vain. */
export const timeouts: Contest = contest({
  name: 'timeouts',
  exportedAs: 'timeouts',
  summary: '10 000 who wait in vain, for one of them',
  unit: 'µs',
  scale: 1e-3,
  times: WAITERS,
  // Each waits for its deadline.
  rounds: 2,
  leadInRounds: 1,
  entries: limited(SOON_MS),
  prepare: (peer, { size }) => take(peer, size),
  run: waitInVain,
});

/** All of them. */
export const contests: readonly Contest[] = [
  ...[sequential, sequentialWithDeadlines, contended, contendedWithDeadlines, contendedImmediate],
  ...[thousand, thousandBusy, burst, timeouts],
];

/** The row of ours that has 10 connections, among those of 1000. */
export function withTen(name: string): string {
  return `${name}, 10 connections`;
}

type Described = Pick<Contest, 'name' | 'exportedAs' | 'summary'> & Omit<Rules, 'times'> & Partial<Contest & Rules>;

function contest({ entries, times = PAIRS, run, prepare, ...told }: Described): Contest {
  const rows = rowsOf({ entries, times, run, ...(prepare && { prepare }) });
  return { url: import.meta.url, unit: 'ns', scale: 1, rounds: 7, ...told, rows };
}

function limited(timeoutMs: number): Entry[] {
  return roster.filter((peer) => peer.hasTimeout).map((peer) => ({ ...entry(peer), timeoutMs }));
}

function ofThousand(peer: Peer): Entry {
  return { ...entry(peer), size: MANY_CONNECTIONS };
}

function entry(peer: Peer): Entry {
  return { name: peer.name, peer, size: CONNECTIONS };
}

function inTurn(peer: OpenPeer, times: number): Promise<void> {
  return peer.sequential(times);
}

function contend(peer: OpenPeer, times: number): Promise<void> {
  return peer.contended(CLIENTS, times, 'microtask');
}
