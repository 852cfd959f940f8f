import { cpuMs } from '../support/cpu-ms.ts';
import { type Rounds, type Repeated, roundRobinRounds } from '../support/rounds.ts';
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
  readonly rounds: number;
  readonly run: (peer: OpenPeer, times: number) => Promise<void>;
  /** Before the first round; what it resolves with is called after the last. */
  readonly prepare?: (peer: OpenPeer, entry: Entry) => Promise<() => void>;
}

/** How it went. */
export interface Standing {
  readonly rounds: Rounds;
  /** How many are still in the queue of each, for one who came; `undefined` where the peer does not tell. */
  readonly left: ReadonlyMap<string, number | undefined>;
}

/** Opens a pool for each entry and lets them take turns; what counts is the time of the processor. */
export async function compare(contest: Contest): Promise<Standing> {
  const contestants: Contestant[] = [];
  try {
    for (const entry of contest.entries) contestants.push(await opened(contest, entry));
    const rounds = await roundRobinRounds(contestants, contest.rounds, cpuMs);
    return { rounds, left: new Map(contestants.map((each) => [each.name, each.left()])) };
  } finally {
    for (const { end } of contestants) await end();
  }
}

interface Contestant extends Repeated {
  readonly left: () => number | undefined;
  readonly end: () => Promise<void>;
}

async function opened({ name, times, run, prepare }: Contest, entry: Entry): Promise<Contestant> {
  const peer = await entry.peer.open(`${name}, ${entry.name}`, entry);
  const finish = await prepare?.(peer, entry);
  let came = 0;
  return {
    name: entry.name,
    times,
    run: (more) => {
      came += more;
      return run(peer, more);
    },
    left: () => {
      const waiting = peer.waiting();
      return waiting === undefined ? undefined : waiting / came;
    },
    end: () => {
      // One that is being closed waits for what is held, or lets go of it; one that is not might serve whom it forgot.
      const closed = peer.close();
      finish?.();
      return closed;
    },
  };
}
