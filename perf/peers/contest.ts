import type { Repeat, RowTable } from '../support/row.ts';
import type { OpenPeer, Opening, Peer } from './peer.ts';

/** Somebody who takes part. */
export interface Entry extends Opening {
  readonly name: string;
  readonly peer: Peer;
}

/** What all who take part do. */
export interface Rules {
  readonly entries: readonly Entry[];
  /** How often in one round. */
  readonly times: number;
  readonly run: (peer: OpenPeer, times: number) => Promise<void>;
  /** Before the first round. */
  readonly prepare?: (peer: OpenPeer, entry: Entry) => Promise<unknown>;
}

/** The rows of a contest, one for each entry. */
export function rowsOf({ entries, times, ...rules }: Rules): RowTable['rows'] {
  return new Map(entries.map((entry) => [entry.name, { times, open: () => opened(entry, rules) }]));
}

async function opened(entry: Entry, { run, prepare }: Pick<Rules, 'run' | 'prepare'>): Promise<Repeat> {
  const peer = await entry.peer.open(entry);
  await prepare?.(peer, entry);
  let came = 0;
  return async (times) => {
    await run(peer, times);
    came += times;
    const waiting = peer.waiting();
    return waiting === undefined ? undefined : { left: waiting / came };
  };
}
