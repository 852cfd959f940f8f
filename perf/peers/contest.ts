import type { Repeat, RowTable } from '../support/row.ts';
import type { OpenPeer, Opening, Peer } from './peer.ts';

/** Rows that are measured in turns, and how they are told. */
export interface Contest extends RowTable {
  /** One line for the help. */
  readonly summary: string;
  /** The unit of its numbers. */
  readonly unit: 'ns' | 'µs' | 'ms';
  /** How many of these units one nanosecond of one repetition is. */
  readonly scale: number;
  /** How many rounds a launch has. */
  readonly rounds: number;
}

/** Somebody who takes part. */
export interface Entry extends Omit<Opening, 'library'> {
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
  return new Map(entries.map((entry) => [entry.name, { times, open: ({ library }) => opened(entry, library, rules) }]));
}

async function opened(
  entry: Entry,
  library: string,
  { run, prepare }: Omit<Rules, 'entries' | 'times'>,
): Promise<Repeat> {
  const peer = await entry.peer.open({ ...entry, library });
  await prepare?.(peer, entry);
  let came = 0;
  return async (times) => {
    await run(peer, times);
    came += times;
    const waiting = peer.waiting();
    return waiting === undefined ? undefined : { left: waiting / came };
  };
}
