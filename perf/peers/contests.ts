import type { RowTable } from '../support/row.ts';
import { type Entry, type Rules, rowsOf } from './contest.ts';
import type { OpenPeer, Peer } from './peer.ts';
import { ours, oursTried } from './pools/ours.ts';
import { take } from './pools/warm-up.ts';
import { roster } from './roster.ts';
import { OURS_1000 } from './verdict.ts';

const CONNECTIONS = 10;
const CLIENTS = 100;
/** Enough for some collections of garbage in each round: with fewer there are rounds with one and rounds without. */
const PAIRS = 40_000;
/** As many as can wait at ours when nobody says anything. */
const WAITERS = 10_000;
const NEVER_MS = 60_000;
/** Longer than anybody takes to ask for all of them. */
const SOON_MS = 150;

/** One client after another: a checkout and a checkin, of 10 connections, and ours of 1000 as well. */
export const sequential: RowTable = contest('sequential', 'sequential', {
  entries: [...all(), entry(oursTried), { name: OURS_1000, peer: ours, size: 1000 }],
  times: 50_000,
  run: (peer, times) => peer.sequential(times),
});

/** 100 clients on 10 connections, each of which is held for one turn of the microtask queue. */
export const contended: RowTable = contest('contended', 'contended', {
  entries: all(),
  times: PAIRS,
  run: contend,
});

/** The same with one turn of the event loop. */
export const contendedImmediate: RowTable = contest('contended, setImmediate', 'contendedImmediate', {
  entries: all(),
  times: 2000,
  run: (peer, times) => peer.contended(CLIENTS, times, 'immediate'),
});

/** Contended with a time limit that nobody reaches. */
export const contendedWithTimeout: RowTable = contest('contended, timeout', 'contendedWithTimeout', {
  entries: limited(NEVER_MS),
  times: PAIRS,
  run: contend,
});

/** 10 000 who come at once, and are served one after another. */
export const burst: RowTable = contest('burst', 'burst', { entries: all(), times: WAITERS, run: serveAll });

/** 10 000 who wait in vain. */
export const timeouts: RowTable = contest('timeouts', 'timeouts', {
  entries: limited(SOON_MS),
  times: WAITERS,
  prepare: (peer, { size }) => take(peer, size),
  run: waitInVain,
});

function contest(name: string, exportedAs: string, rules: Rules): RowTable {
  return { name, url: import.meta.url, exportedAs, rows: rowsOf(rules) };
}

function all(): Entry[] {
  return roster.map((peer) => entry(peer));
}

function limited(timeoutMs: number): Entry[] {
  return roster.filter((peer) => peer.hasTimeout).map((peer) => entry(peer, timeoutMs));
}

function entry(peer: Peer, timeoutMs?: number): Entry {
  return { name: peer.name, peer, size: CONNECTIONS, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function contend(peer: OpenPeer, times: number): Promise<void> {
  return peer.contended(CLIENTS, times, 'microtask');
}

function serveAll(peer: OpenPeer, waiters: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let served = 0;
    const ask = peer.asker((giveBack) => {
      void Promise.resolve().then(giveBack);
      if (++served === waiters) resolve();
    }, reject);
    for (let i = 0; i < waiters; i++) ask();
  });
}

function waitInVain(peer: OpenPeer, waiters: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let failed = 0;
    // The timers of a pool may be such that they keep no process alive.
    const alive = setTimeout(reject, NEVER_MS, new Error('somebody still waits'));
    const served = (): void => reject(new Error('somebody was served who should not have been'));
    const ask = peer.asker(served, () => {
      if (++failed < waiters) return;
      clearTimeout(alive);
      resolve();
    });
    for (let i = 0; i < waiters; i++) ask();
  });
}
