import { THIS_LIBRARY } from '../support/library.ts';
import { toldBy } from '../support/told-by.ts';
import type { Peer } from './peer.ts';

/** The bytes of the heap that one of 10 000 waiters takes, measured in a process of its own. */
export async function waiterBytes({ name }: Peer, library: string = THIS_LIBRARY): Promise<number> {
  const told = await toldBy(new URL('./footprint-child.js', import.meta.url), [name, library], ['--expose-gc']);
  if (told === undefined) throw new Error(`what a waiter of ${name} takes was not measured`);
  return Number(told['bytes']);
}
