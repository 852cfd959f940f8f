import { type Rounds, roundRobinRounds } from '../support/rounds.ts';
import { type Contestant, openContestant } from './contestant.ts';
import type { OpenPeer, Opening, Peer } from './peer.ts';

/** Somebody who takes part. */
export interface Entry extends Opening {
  readonly name: string;
  readonly peer: Peer;
}

/** What all who take part do. */
export interface Contest {
  readonly name: string;
  readonly entries: readonly Entry[];
  /** How often in one round. */
  readonly times: number;
  readonly run: (peer: OpenPeer, times: number) => Promise<void>;
  /** Before the first round. */
  readonly prepare?: (peer: OpenPeer, entry: Entry) => Promise<unknown>;
}

/** How it went. */
export interface Standing {
  readonly rounds: Rounds;
  /** How many are still in the queue of each, for one who came; `undefined` where the peer does not tell. */
  readonly left: ReadonlyMap<string, number | undefined>;
}

/** Opens a pool for each entry and lets them take turns; what counts is the time of the processor. */
export async function compare({ name, entries, times }: Contest, rounds: number): Promise<Standing> {
  const contestants: Contestant[] = [];
  let spentMs = 0;
  const onSpent = (ms: number): void => void (spentMs += ms);
  try {
    for (const entry of entries) {
      contestants.push(await openContestant({ contest: name, entry: entry.name }, times, onSpent));
    }
    const measured = await roundRobinRounds(contestants, rounds, () => spentMs);
    return { rounds: measured, left: new Map(contestants.map((each) => [each.name, each.left()])) };
  } finally {
    await Promise.all(contestants.map((each) => each.close()));
  }
}
