import { type OperatorFunction, filter, map, mergeMap, of, scan, take } from 'rxjs';
import {
  type ConnectionRecord,
  type PoolState,
  type Strategy,
  leastLoaded,
  peakEwma,
  powerOfTwoChoices,
  random,
  roundRobin,
  sticky,
} from '../../lib/index.ts';
import type { Draw } from './draw.ts';
import { Deliberate } from '../support/deliberate.ts';

/** A strategy, and whether it names a connection whenever there is one. */
export interface DrawnStrategy {
  readonly strategy: Strategy;
  readonly strategyServes: boolean;
  /** What it names in a state, where it may decline and keeps nothing. */
  readonly names?: (state: PoolState) => ConnectionRecord | undefined;
}

const builtIn = [roundRobin, leastLoaded, random, powerOfTwoChoices, peakEwma, sticky] as const;

/** A built-in one, one of a user's, or a bad one of a user's. */
export function drawnStrategy(draw: Draw): DrawnStrategy {
  const kind = draw.below(10);
  if (kind < 6) return { strategy: draw.oneOf(...builtIn)(), strategyServes: true };
  if (kind < 8) return { strategy: draw.oneOf(bySlot, counting, lastWord)(), strategyServes: true };
  if (draw.chance(40)) return { strategy: map(bound), strategyServes: false, names: bound };
  return { strategy: draw.oneOf(reserving, failing, completing, outdated)(), strategyServes: false };
}

/** The same connection for the same key, as long as it is free. */
function bySlot(): Strategy {
  return map(({ connections, next }) => {
    const slot = (next?.key?.charCodeAt(0) ?? 0) % Math.max(1, connections.slots);
    return connections.nextAvailable(slot);
  });
}

/** With a cursor in the operator, as one writes it at first. */
function counting(): Strategy {
  return scan<PoolState, ConnectionRecord | undefined>(
    (last, { connections }) => connections.nextAvailable((last?.slot ?? 0) + 1),
    undefined,
  );
}

/** Changes its mind within the tick. */
function lastWord(): Strategy {
  return mergeMap(({ connections }) => of(undefined, connections.nthAvailable(0), connections.leastLoaded()));
}

/** Whoever has a key is bound to one connection, and declines all others. */
function bound({ connections, next }: PoolState): ConnectionRecord | undefined {
  if (next?.key === undefined) return connections.nextAvailable(0);
  return connections.get(next.key.charCodeAt(0) % 3);
}

/** Keeps one connection in reserve. */
function reserving(): Strategy {
  const some: OperatorFunction<PoolState, PoolState> = filter((state) => state.connections.countAvailable() > 1);
  return (state$) => state$.pipe(some, leastLoaded());
}

function failing(): Strategy {
  let calls = 0;
  return map(({ connections }) => {
    if (++calls % 5 === 0) throw new Deliberate();
    return connections.nextAvailable(0);
  });
}

function completing(): Strategy {
  return (state$) => state$.pipe(take(4), roundRobin());
}

/** Names what was there a snapshot ago. */
function outdated(): Strategy {
  let last: ConnectionRecord | undefined;
  return map(({ connections }) => {
    const named = last;
    last = connections.nextAvailable(0);
    return named;
  });
}
