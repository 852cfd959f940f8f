import type { ConnectionEvent } from '../events/connection-event.ts';
import type {
  Checkin,
  Checkout,
  Circuit,
  Closed,
  Destroy,
  Drain,
  InvalidCheckin,
  Leak,
  Leave,
  Opened,
  PoolEvent,
  Refuse,
  Resize,
  StrategyFailed,
  Sweep,
  Wait,
} from '../events/pool-event.ts';
import {
  beginChecking,
  beginClosing,
  checkOut,
  comeUp,
  endLease,
  noteHealth,
  placeConnecting,
  removeConnection,
} from './connection-transitions.ts';
import { applyToEndpoints } from './endpoint-transitions.ts';
import { recounting } from './pin-transitions.ts';
import { spareIdle } from './pool-state.ts';
import { enterQueue, leaveQueue, serveWaiter } from './queue-transitions.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * The state after `event`. The only place where state changes: no clock, no randomness, no I/O, and it never throws.
 * An event that makes no sense (about a connection that is gone, say) changes nothing but the version.
 *
 * A state that was handed out stays as it is; one that nobody else has is edited in place and returned.
 */
export function reduce(state: Snapshot, event: PoolEvent): Snapshot {
  const draft = state.draft();
  draft.version = event.version;
  if (draft.hasPins) recounting(draft, event, apply);
  else apply(draft, event);
  return draft;
}

function apply(draft: Snapshot, event: PoolEvent): void {
  // The three that a busy pool consists of; to find out what an event is costs as much as half of what it does.
  if (event.type === 'checkout') applyCheckout(draft, event);
  else if (event.type === 'checkin') applyCheckin(draft, event);
  else if (event.type === 'wait') enterQueue(draft, event);
  else applyRare(draft, event);
}

function applyRare(draft: Snapshot, event: Exclude<PoolEvent, Checkout | Checkin | Wait>): void {
  switch (event.type) {
    case 'destroy':
    case 'invalidCheckin':
    case 'leak':
    case 'leave':
    case 'refuse':
      applyToRequests(draft, event);
      return;
    case 'connecting':
    case 'up':
    case 'connectFailed':
    case 'down':
    case 'checking':
    case 'health':
    case 'notice':
    case 'retire':
    case 'removed':
      applyToConnections(draft, event);
      return;
    case 'endpointListed':
    case 'endpointUnlisted':
    case 'endpointSetAside':
    case 'endpointBack':
    case 'endpointsFailed':
    case 'endpointsEnded':
    case 'resting':
    case 'rested':
      applyToEndpoints(draft, event);
      return;
    case 'opened':
    case 'circuit':
    case 'resize':
    case 'sweep':
    case 'strategyFailed':
    case 'drain':
    case 'closed':
      applyToPool(draft, event);
  }
}

function applyToRequests(draft: Snapshot, event: Destroy | InvalidCheckin | Leak | Leave | Refuse): void {
  switch (event.type) {
    case 'destroy':
      if (!endLease(draft, event)) return;
      draft.destroyed++;
      beginClosing(draft, event);
      return;
    case 'invalidCheckin':
      draft.invalidCheckins++;
      return;
    case 'leak':
      draft.leaks++;
      return;
    case 'leave':
      if (!leaveQueue(draft, event)) return;
      if (event.reason !== 'cancelled') draft.failedCheckouts++;
      if (event.reason === 'timeout') draft.timeouts++;
      return;
    case 'refuse':
      draft.failedCheckouts++;
  }
}

function applyToConnections(draft: Snapshot, event: ConnectionEvent): void {
  switch (event.type) {
    case 'connecting':
      placeConnecting(draft, event);
      return;
    case 'up':
      if (comeUp(draft, event)) draft.connectFailures = 0;
      return;
    case 'notice':
      return;
    case 'connectFailed':
      if (!removeConnection(draft, event)) return;
      draft.connectFailures++;
      draft.failedConnects++;
      return;
    case 'down':
      if (removeConnection(draft, event)) draft.deaths++;
      return;
    case 'removed':
      removeConnection(draft, event);
      return;
    case 'checking':
      beginChecking(draft, event);
      return;
    case 'health':
      noteHealth(draft, event);
      return;
    case 'retire':
      beginClosing(draft, event);
  }
}

function applyToPool(
  draft: Snapshot,
  event: Opened | Circuit | Resize | Sweep | StrategyFailed | Drain | Closed,
): void {
  switch (event.type) {
    case 'opened':
      open(draft, event);
      return;
    case 'circuit':
      draft.circuit = event.circuit;
      draft.retryAt = event.retryAt;
      return;
    case 'sweep':
      draft.lowIdleBefore = [draft.lowIdle, ...draft.lowIdleBefore.slice(0, 2)];
      draft.lowIdle = spareIdle(draft);
      return;
    case 'resize':
      draft.floor = event.size;
      draft.surplus = Math.max(0, draft.size - draft.closing - event.size);
      return;
    case 'strategyFailed':
      draft.strategyFailures++;
      return;
    case 'drain':
      if (draft.phase === 'open') draft.phase = 'draining';
      return;
    case 'closed':
      draft.phase = 'closed';
  }
}

function applyCheckout(draft: Snapshot, event: Checkout): void {
  if (!checkOut(draft, event)) return;
  if (event.waiter !== null) serveWaiter(draft, event.waiter, event.pin);
  draft.checkouts++;
  draft.waitedMs += event.waitedMs;
  draft.cursor = event.slot + 1;
  // The step of a Weyl sequence, the golden ratio of 2^32: no value comes back before all others have been used.
  draft.seed = (draft.seed + 0x9e3779b9) | 0;
}

function applyCheckin(draft: Snapshot, event: Checkin): void {
  if (endLease(draft, event)) draft.checkins++;
}

function open(draft: Snapshot, event: Opened): void {
  draft.name = event.name;
  draft.strategy = event.strategy;
  draft.minSize = event.minSize;
  draft.maxSize = event.maxSize;
  draft.floor = event.minSize;
  draft.maxLeasesPerConnection = event.maxLeasesPerConnection;
  draft.unhealthyAfter = event.unhealthyAfter;
  draft.maxWaiting = event.maxWaiting;
  draft.hasEndpoints = event.hasEndpoints ?? false;
  draft.hasPins = event.hasPins ?? false;
  draft.latencyDecayMs = event.latencyDecayMs ?? 0;
  draft.seed = event.seed;
}
