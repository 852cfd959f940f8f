import type { PoolEvent } from '../../lib/events/pool-event.ts';
import type { Queued } from '../../lib/state/key-ring.ts';
import { type ConnectionRecord, isAvailable } from '../../lib/state/pool-state.ts';
import { reduce } from '../../lib/state/reduce.ts';
import { Snapshot } from '../../lib/state/snapshot.ts';
import { type BareEvent, logOf, opened } from './pool-log.ts';
import { seeded } from './seeded.ts';

/** A log of every kind of event, most of which make sense where they stand; the same one for the same seed. */
export function randomLog(seed: number, length: number): PoolEvent[] {
  const below = seeded(seed);
  const endpoints = seed % 2 === 0 ? {} : { hasEndpoints: true };
  const options = {
    ...endpoints,
    ...(seed % 3 === 0 ? { hasAllowance: true } : {}),
    seed,
    maxSize: 45,
    maxLeasesPerConnection: 1 + below(3),
    unhealthyAfter: 1 + below(2),
  };
  const log = logOf([opened(options)]);
  let state = log.reduce(reduce, new Snapshot());
  while (log.length < length) {
    const events = logOf([drawn(state, below)], log.length);
    log.push(...events);
    state = events.reduce(reduce, state);
  }
  return log;
}

function drawn(state: Snapshot, below: (n: number) => number): BareEvent {
  const kind = below(100);
  if (kind < 12) return connecting(state, below);
  if (kind < 26)
    return onRecord(state, below, 'connecting', (on) => ({ type: 'up', ...on, info: { name: `n${below(3)}` } }));
  if (kind < 28) return onRecord(state, below, 'connecting', (on) => ({ type: 'connectFailed', ...on, error: 'no' }));
  if (kind < 58) return ofLease(state, below);
  if (kind < 70) return ofQueue(state, below);
  if (kind < 88) return ofConnection(state, below);
  if (kind < 90) return ofEndpoint(state, below);
  return ofPool(state, below);
}

function connecting(
  { size, maxSize, version, connections, endpoints }: Snapshot,
  below: (n: number) => number,
): BareEvent {
  let slot = below(45);
  while (connections.get(slot) !== undefined && size < maxSize) slot = (slot + 1) % 45;
  // On a slot that is taken it makes no sense, and that has to do no harm.
  if (size >= maxSize) slot = [...connections][below(size)]?.slot ?? 0;
  const endpoint = endpoints[below(endpoints.length)]?.id;
  return { type: 'connecting', slot, connection: version + 1, ...(endpoint === undefined ? {} : { endpoint }) };
}

function ofLease(state: Snapshot, below: (n: number) => number): BareEvent {
  const lease = state.version;
  const free = [...state.connections].filter((record) => isAvailable(state, record));
  const record = free[below(free.length)];
  if (record !== undefined && below(2) === 0) {
    const waiter = below(2) === 0 ? (state.waiters.first?.id ?? null) : null;
    return { type: 'checkout', slot: record.slot, connection: record.id, lease, waiter, waitedMs: below(500) / 7 };
  }
  if (below(5) === 0) {
    return onRecord(state, below, 'active', (on) => ({ type: 'destroy', ...on, lease, usedMs: 1 / 3, reason: '' }));
  }
  return onRecord(state, below, 'active', (on) => ({ type: 'checkin', ...on, lease, usedMs: below(9) / 7 }));
}

function ofQueue({ version, waiters }: Snapshot, below: (n: number) => number): BareEvent {
  const priority = below(3) - 1;
  if (below(5) < 3)
    return { type: 'wait', waiter: version, priority, ...(below(2) === 0 ? {} : { key: `k${below(4)}` }) };
  if (below(8) === 0) return { type: 'refuse', reason: 'overloaded' };
  const gone: Queued = [...waiters][below(waiters.length)] ?? { id: 0, priority };
  const key = gone.key === undefined ? {} : { key: gone.key };
  const reason = below(2) === 0 ? 'cancelled' : 'timeout';
  return { type: 'leave', waiter: gone.id, priority: gone.priority, ...key, reason };
}

function ofConnection(state: Snapshot, below: (n: number) => number): BareEvent {
  switch (below(10)) {
    case 0:
      return onRecord(state, below, 'active', (on) => ({ type: 'down', ...on, error: 'reset' }));
    case 1:
      return onRecord(state, below, 'idle', (on) => ({
        type: 'retire',
        ...on,
        reason: below(4) === 0 ? 'spread' : 'maxUses',
      }));
    case 2:
      return onRecord(state, below, 'idle', (on) => ({ type: 'notice', ...on, note: 'noise' }));
    case 3:
      return onRecord(state, below, 'active', (on) => ({ type: 'leak', ...on, lease: 1, heldMs: 9, stack: '' }));
    case 4:
    case 5:
      return onRecord(state, below, 'closing', (on) => ({ type: 'removed', ...on }));
    default:
      return onRecord(state, below, 'idle', (on) => {
        const healthy = below(3) > 0;
        return { type: 'health', ...on, healthy, error: healthy ? '' : 'late' };
      });
  }
}

function ofPool(state: Snapshot, below: (n: number) => number): BareEvent {
  const kind = below(200);
  if (kind === 0) return { type: 'drain' };
  if (kind < 10) return { type: 'sweep' };
  if (kind < 20) return { type: 'circuit', circuit: below(2) === 0 ? 'open' : 'closed', retryAt: below(99) };
  if (kind < 30) return allowance(below);
  if (kind < 60) return { type: 'resize', size: below(state.maxSize) };
  if (kind < 120) return { type: 'strategyFailed', error: 'bad' };
  return { type: 'invalidCheckin', lease: below(50), reason: 'twice' };
}

function allowance(below: (n: number) => number): BareEvent {
  const mode = (['granted', 'held', 'shrunk', 'fenced'] as const)[below(4)] ?? 'granted';
  const error = mode === 'held' ? { error: 'refused' } : {};
  return { type: 'allowance', limit: below(50), mode, epoch: below(3), ...error };
}

function ofEndpoint({ hasEndpoints, version }: Snapshot, below: (n: number) => number): BareEvent {
  const named = hasEndpoints ? { endpoint: `e${below(4)}` } : {};
  const endpoint = `e${below(4)}`;
  const until = 10 * version + below(500);
  switch (hasEndpoints ? below(9) : below(2)) {
    case 0:
      return { type: 'resting', ...named, until };
    case 1:
      return { type: 'rested', ...named };
    case 2:
      return { type: 'endpointUnlisted', endpoint };
    case 3:
      return { type: 'endpointSetAside', endpoint, until };
    case 4:
      return { type: 'endpointBack', endpoint };
    case 5:
      return { type: 'endpointsFailed', error: 'no such name' };
    case 6:
      return { type: 'endpointsEnded' };
    default:
      return { type: 'endpointListed', endpoint };
  }
}

/** An event about a connection of this status, or about any other, or now and then about one that does not exist. */
function onRecord(
  { connections }: Snapshot,
  below: (n: number) => number,
  status: ConnectionRecord['status'],
  event: (on: { slot: number; connection: number }) => BareEvent,
): BareEvent {
  const all = [...connections];
  const fitting = below(10) === 0 ? all : all.filter((record) => record.status === status);
  const record = fitting[below(fitting.length)];
  if (record === undefined || below(20) === 0) return event({ slot: below(45), connection: 0 });
  return event({ slot: record.slot, connection: record.id });
}
