import type { CheckoutTimeout } from '../errors.ts';
import type { PoolState } from '../state/pool-state.ts';
import type { LeaseBook } from './lease-book.ts';

/** How the pool stands at a timeout: what it is busy with, and who holds its connections longest. */
export function timeoutAccount<C>(
  state: PoolState,
  leases: LeaseBook<C>,
  at: number,
): Omit<CheckoutTimeout, 'waitedMs'> {
  const { size, maxSize, idle, active, connecting, unhealthy, waiting } = state;
  const holders = [...leases]
    .sort((a, b) => a.since - b.since)
    .slice(0, 3)
    .map(({ id, connectionId, since }) => ({ lease: id, connection: connectionId, heldMs: at - since }));
  return { phase: phaseOf(state), size, maxSize, idle, active, connecting, unhealthy, waiting, holders };
}

function phaseOf({ connecting, connectFailures }: PoolState): CheckoutTimeout['phase'] {
  if (connecting > 0) return 'connecting';
  return connectFailures > 0 ? 'backing off' : 'waiting';
}
