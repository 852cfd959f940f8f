import type { Clients } from '../peer.ts';
import type * as CallbackLoops from './callback-loops.ts';
import type * as LeaseLoops from './lease-loops.ts';
import type * as PromiseLoops from './promise-loops.ts';
import type * as UseLoops from './use-loops.ts';
import type { CallbackPool } from './callback-loops.ts';
import type { LeasingPool } from './lease-loops.ts';
import type { PromisePool } from './promise-loops.ts';
import type { UsedPool } from './use-loops.ts';

/** Clients that await, with loops of their own. */
export async function promiseClients<C>(use: string, pool: PromisePool<C>): Promise<Clients> {
  return (await ownCopy<typeof PromiseLoops>('promise-loops', use)).promiseClients(pool);
}

/** Clients that are called back, with loops of their own. */
export async function callbackClients<C>(use: string, pool: CallbackPool<C>): Promise<Clients> {
  return (await ownCopy<typeof CallbackLoops>('callback-loops', use)).callbackClients(pool);
}

/** Clients that subscribe, with loops of their own. */
export async function leaseClients<C>(use: string, pool: LeasingPool<C>): Promise<Clients> {
  return (await ownCopy<typeof LeaseLoops>('lease-loops', use)).leaseClients(pool);
}

/** Clients that hand over their work, with loops of their own. */
export async function useClients(use: string, pool: UsedPool): Promise<Clients> {
  return (await ownCopy<typeof UseLoops>('use-loops', use)).useClients(pool);
}

// V8 compiles by itself what was imported with another query, and a loop that has seen one pool only gets it inlined.
async function ownCopy<T>(name: string, use: string): Promise<T> {
  return (await import(`${new URL(`./${name}.js`, import.meta.url).href}?${encodeURIComponent(use)}`)) as T;
}
