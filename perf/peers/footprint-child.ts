import { heapBytes } from '../support/heap-bytes.ts';
import { THIS_LIBRARY } from '../support/library.ts';
import { spreadOf } from '../support/rounds.ts';
import type { Peer } from './peer.ts';
import { take } from './pools/warm-up.ts';
import { roster } from './roster.ts';

const CONNECTIONS = 10;
const WAITERS = 10_000;

// A program of its own, for it collects garbage all the time; it tells whoever forked it what one waiter takes.
const peer = roster.find(({ name }) => name === process.argv[2]);
if (peer === undefined) throw new Error(`nobody is called "${process.argv[2] ?? ''}"`);
// The first one also takes what is compiled on the way.
await waiterBytes(peer);
const samples: number[] = [];
for (let i = 0; i < 3; i++) samples.push(await waiterBytes(peer));
// Those who wait will never be served.
process.send?.({ bytes: spreadOf(samples).median }, () => process.exit());

async function waiterBytes(of: Peer): Promise<number> {
  const pool = await of.open({ size: CONNECTIONS, library: process.argv[3] ?? THIS_LIBRARY });
  await take(pool, CONNECTIONS);
  const ask = pool.asker(unexpected, unexpected);
  const before = await heapBytes();
  for (let i = 0; i < WAITERS; i++) ask();
  const after = await heapBytes();
  const waiting = pool.waiting() ?? WAITERS;
  if (waiting !== WAITERS) throw new Error(`${waiting} wait, not ${WAITERS}`);
  return (after - before) / WAITERS;
}

function unexpected(): never {
  throw new Error('somebody did not have to wait');
}
