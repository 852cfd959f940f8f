import type { WaitAccount } from '../../errors.ts';
import type { ConnectionRecord, PoolState, Waiter } from '../../state/pool-state.ts';
import { pinnedConnectionOf } from '../pins.ts';
import { atMost } from './wait-account.ts';

/** The fields of an account that depend on the key of the waiter. */
type KeyAccount = Pick<WaitAccount, 'place' | 'phase' | 'because' | 'expectedWaitMs'>;

/** Adapts accounts to a pool with pins, where each key waits for connections of its own. */
export function keyAccounts(state: PoolState): (account: WaitAccount, waiter: Waiter) => WaitAccount {
  const rankOf = ranksOf(state);
  return (account, waiter) => {
    const own = pinnedConnectionOf(state, waiter.key);
    const place = state.waiters.placeInKey(waiter);
    const corrected =
      own === undefined ? newKeyAccount(state, account, place + rankOf(waiter)) : boundAccount(state, own, place);
    return { ...account, ...corrected };
  };
}

/**
 * A function that tells how many keys without a connection come before the key of a waiter; counted once, on first use.
 */
function ranksOf({ waiters, connections }: PoolState): (waiter: Waiter) => number {
  let ranks: Map<string | undefined, number> | undefined;
  const countOff = (): Map<string | undefined, number> => {
    const counted = new Map<string | undefined, number>();
    for (const { key } of waiters.firstOfEach()) {
      const isPinned = key !== undefined && connections.pinnedTo(key) !== undefined;
      if (!isPinned && !counted.has(key)) counted.set(key, counted.size);
    }
    return counted;
  };
  return ({ key }) => (ranks ??= countOff()).get(key) ?? 0;
}

/** The account of a waiter whose key has its own connection. */
function boundAccount({ checkins, destroyed, useMs }: PoolState, own: ConnectionRecord, place: number): KeyAccount {
  const isOut = own.status === 'closing' || own.health === 'unhealthy' || own.withheld;
  return {
    place,
    phase: own.withheld ? 'resting' : 'waiting',
    because: whyBound(own),
    expectedWaitMs: isOut || checkins + destroyed === 0 ? null : place * useMs,
  };
}

function whyBound({ id, status, health, withheld, checking, leases }: ConnectionRecord): string {
  const own = `its connection (${id})`;
  if (status === 'closing') return `${own} is closed once another request of the same key is over`;
  if (withheld) return `${own} gets no requests, for its endpoint rests or is set aside`;
  if (health === 'unhealthy') return `${own} is unhealthy`;
  if (checking) return `${own} is being checked`;
  return leases > 0 ? `${own} is in use by another request of the same key` : `${own} is about to serve it`;
}

/** The account of a waiter whose key has no connection yet. */
function newKeyAccount(state: PoolState, account: WaitAccount, place: number): KeyAccount {
  const { phase, expectedWaitMs } = account;
  const { idle, active, connecting, connects, connectMs } = state;
  const isHeldUp = phase === 'resting' || phase === 'no endpoints' || idle + active + connecting === 0;
  const isPinnedUp = !isHeldUp && idle + active > 0 && state.connections.nextAvailable(0) === undefined;
  const byConnect = place <= connecting && connects > 0 ? connectMs : null;
  return {
    place,
    phase,
    because: isPinnedUp ? whyNoneIsFree(state) : account.because,
    expectedWaitMs: isHeldUp ? expectedWaitMs : byConnect,
  };
}

function whyNoneIsFree(state: PoolState): string {
  const { idle, active, pinned, connecting, closing, circuit, size, allowed } = state;
  const up = idle + active;
  const kept = pinned < up ? `${pinned} of ${up} connections are pinned, the others not free` : allPinned(up);
  if (connecting > 0) return `${kept}, a connect is under way`;
  if (size >= allowed) {
    const going = closing === 0 ? '' : `, ${closing} being closed`;
    return `${kept}${going}, and ${atMost(state)}`;
  }
  return `${kept}, ${circuit === 'open' ? 'and connecting has failed' : 'and another one is about to be opened'}`;
}

function allPinned(connections: number): string {
  return connections === 1 ? 'the only connection is pinned' : `all ${connections} connections are pinned`;
}
