import { setTimeout as sleep } from 'node:timers/promises';
import { heapBytes } from '../support/heap-bytes.ts';
import { spreadOf } from '../support/rounds.ts';
import { holders } from './contenders/holders.ts';

/** Long enough for all of them to be sent. */
const SETTLED_MS = 300;

// A program of its own, for it collects garbage; it tells whoever forked it what one request takes that is not answered.
const [name = '', port, httpPort] = process.argv.slice(2);
const holder = holders.get(name);
if (holder === undefined) throw new Error(`nobody is called "${name}"`);
const hold = await holder.open({ port: Number(port), httpPort: Number(httpPort) });
const samples: number[] = [];
// The first ones also take what is compiled on the way.
for (let i = 0; i < 5; i++) samples.push(await bytesOf(holder.many));
// Nobody will ever answer.
process.send?.({ bytes: spreadOf(samples.slice(2)).median }, () => process.exit());

async function bytesOf(many: number): Promise<number> {
  const before = await heapBytes();
  for (let i = 0; i < many; i++) hold();
  await sleep(SETTLED_MS);
  return ((await heapBytes()) - before) / many;
}
