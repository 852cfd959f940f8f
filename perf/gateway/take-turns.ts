import type { Turn } from './client/turn.ts';
import type { Contender } from './contenders/contender.ts';
import { type OpenedContender, openContender } from './opened-contender.ts';
import { Turns } from './turns.ts';

/** How much is measured. */
export interface TurnsPlan {
  readonly launches: number;
  /** With each number of clients, in each launch. */
  readonly rounds: number;
  /** How long a turn counts, in milliseconds. */
  readonly ms: number;
  /** How many answers lead in each of them after its start. */
  readonly leadInRequests: number;
}

/** How long clients ask before it counts, once all is compiled, in milliseconds. */
const SETTLE_MS = 150;
/** Processes get ready side by side, which takes half of the time. */
const OPENED_AT_ONCE = 4;

/**
 * Launches all contenders so many times, and lets them take turns: in the other order in each round, for a machine that
 * slows down. `tell` is given a line for each launch.
 */
export async function takeTurns(
  contenders: readonly Contender[],
  plan: TurnsPlan,
  tell: (line: string) => void,
): Promise<Turns> {
  const turns = new Turns();
  for (let launch = 0; launch < plan.launches; launch++) {
    const since = performance.now();
    await launchOnce(launch % 2 === 0 ? contenders : contenders.toReversed(), plan, turns.add.bind(turns, launch));
    tell(`launch ${launch + 1} of ${plan.launches}: ${((performance.now() - since) / 1000).toFixed(0)} s`);
  }
  return turns;
}

type Add = (name: string, clients: number, turn: Turn) => void;

async function launchOnce(contenders: readonly Contender[], plan: TurnsPlan, add: Add): Promise<void> {
  const opened = new Map<Contender, OpenedContender>();
  try {
    const openAndLeadIn = async (contender: Contender): Promise<void> => {
      const peer = await openContender(contender);
      opened.set(contender, peer);
      await leadIn(peer, plan.leadInRequests);
    };
    for (let at = 0; at < contenders.length; at += OPENED_AT_ONCE)
      await Promise.all(contenders.slice(at, at + OPENED_AT_ONCE).map(openAndLeadIn));
    const ready = contenders.flatMap((contender) => opened.get(contender) ?? []);
    const counts = new Set(ready.flatMap(({ clients }) => clients));
    for (const clients of counts) {
      const peers = ready.filter((each) => each.clients.includes(clients));
      for (let round = 0; round < plan.rounds; round++) {
        for (const peer of round % 2 === 0 ? peers : peers.toReversed())
          add(peer.name, clients, await peer.turn({ clients, leadInMs: SETTLE_MS, ms: plan.ms }));
      }
    }
  } finally {
    await Promise.all([...opened.values()].map((each) => each.close()));
  }
}

async function leadIn(contender: OpenedContender, leadInRequests: number): Promise<void> {
  // Not with the most, which some of them take long to begin with.
  const many = contender.clients.at(1) ?? contender.clients.at(0) ?? 1;
  await contender.turn({ clients: many, leadInMs: SETTLE_MS, leadInRequests, ms: SETTLE_MS });
}
