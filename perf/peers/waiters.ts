import type { OpenPeer } from './peer.ts';

/** Longer than anybody waits. */
const NEVER_MS = 60_000;

/** So many ask at once, and each gives back what it got in the next turn of the microtask queue. */
export function serveAll(peer: OpenPeer, waiters: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let served = 0;
    const ask = peer.asker((giveBack) => {
      void Promise.resolve().then(giveBack);
      if (++served === waiters) resolve();
    }, reject);
    for (let i = 0; i < waiters; i++) ask();
  });
}

/** So many ask at once where nothing is free, until the deadline of the last of them has passed. */
export function waitInVain(peer: OpenPeer, waiters: number): Promise<void> {
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
