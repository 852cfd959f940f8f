import type { ConnectFailed, Down, Health, Up } from '../events/connection-event.ts';
import type {
  Allowed,
  Checkin,
  Checkout,
  Circuit,
  Destroy,
  EventOf,
  Leave,
  Opened,
  PoolEvent,
  Resize,
  Wait,
} from '../events/pool-event.ts';
import {
  beginChecking,
  beginClosing,
  comeUp,
  noteHealth,
  placeConnecting,
  removeConnection,
} from './connection-transitions.ts';
import {
  beginRest,
  endEndpoints,
  endRest,
  listEndpoint,
  setAsideEndpoint,
  takeBackEndpoint,
  unlistEndpoint,
} from './endpoint-transitions.ts';
import { beginLease, beginPinnedLease, endLease } from './lease-transitions.ts';
import { recountUnpinnedKeys } from './pin-transitions.ts';
import { spareIdle } from './pool-state.ts';
import { enterQueue, leaveQueue, serveWaiter, waiterOf } from './queue-transitions.ts';
import type { Snapshot } from './snapshot.ts';
import { supplyHealth } from './supply-health.ts';

/**
 * The state after `event`. The only place where the state changes: no clock, no randomness, no I/O, and it never
 * throws. An event that makes no sense (about a connection that is gone, say) changes nothing but the version.
 *
 * A state that was handed out is copied first; one that nobody else holds is edited in place and returned.
 */
export function reduce(state: Snapshot, event: PoolEvent): Snapshot {
  const draft = state.draft();
  draft.version = event.version;
  if (draft.hasPins) recountUnpinnedKeys(draft, event, apply);
  else apply(draft, event);
  return draft;
}

function apply(draft: Snapshot, event: PoolEvent): void {
  // The events of which there are many stand in front: looking an event up in the table takes half as long as applying
  // it.
  if (event.type === 'checkout') applyCheckout(draft, event);
  else if (event.type === 'checkin') applyCheckin(draft, event);
  else if (event.type === 'wait') applyWait(draft, event);
  // Ten thousand may leave at once.
  else if (event.type === 'leave') applyLeave(draft, event);
  else if (Object.hasOwn(transitions, event.type)) applyRare(draft, event);
}

/** Notes since when the supply is as well as it is; the events of which there are many do not change that. */
function applyRare(draft: Snapshot, event: PoolEvent): void {
  const before = supplyHealth(draft);
  (transitions[event.type] as Transition<PoolEvent>)(draft, event);
  if (supplyHealth(draft) !== before || event.type === 'opened') draft.healthSince = event.at;
}

type Transition<Event> = (draft: Snapshot, event: Event) => void;

function nothing(): void {
  // The event is only for the log.
}

/** What each event does to the state; one that is missing here fails the build. */
const transitions: { readonly [Type in PoolEvent['type']]: Transition<EventOf<Type>> } = {
  opened: open,

  wait: applyWait,
  leave: applyLeave,
  checkout: applyCheckout,
  checkin: applyCheckin,
  destroy: applyDestroy,
  leak: (draft) => draft.leaks++,
  refuse: (draft) => draft.failedCheckouts++,
  invalidCheckin: (draft) => draft.invalidCheckins++,
  strategyFailed: (draft) => draft.strategyFailures++,

  connecting: placeConnecting,
  up: applyUp,
  connectFailed: applyConnectFailed,
  down: applyDown,
  checking: beginChecking,
  health: applyHealth,
  notice: nothing,
  retire: beginClosing,
  removed: removeConnection,

  endpointListed: listEndpoint,
  endpointUnlisted: unlistEndpoint,
  endpointSetAside: setAsideEndpoint,
  endpointBack: takeBackEndpoint,
  endpointsFailed: (draft, { error }) => (draft.lastError = error),
  endpointsEnded: endEndpoints,
  resting: beginRest,
  rested: endRest,

  circuit: applyCircuit,
  resize: applyResize,
  allowance: applyAllowance,
  sweep: applySweep,
  drain: applyDrain,
  closed: applyClosed,
};

function applyLeave(draft: Snapshot, event: Leave): void {
  if (!leaveQueue(draft, event)) return;
  if (event.reason !== 'cancelled') draft.failedCheckouts++;
  if (event.reason === 'timeout') draft.timeouts++;
}

function applyDestroy(draft: Snapshot, event: Destroy): void {
  if (!endLease(draft, event.connection, event.slot, event.usedMs, event.at)) return;
  draft.destroyed++;
  beginClosing(draft, event);
}

function applyUp(draft: Snapshot, event: Up): void {
  if (!comeUp(draft, event)) return;
  draft.connectFailures = 0;
  forgetError(draft);
}

function applyConnectFailed(draft: Snapshot, event: ConnectFailed): void {
  if (!removeConnection(draft, event)) return;
  draft.connectFailures++;
  draft.failedConnects++;
  draft.lastError = event.error;
}

function applyDown(draft: Snapshot, event: Down): void {
  if (!removeConnection(draft, event)) return;
  draft.deaths++;
  draft.lastError = event.error;
}

function applyHealth(draft: Snapshot, event: Health): void {
  if (!noteHealth(draft, event)) return;
  if (event.healthy) forgetError(draft);
  else draft.lastError = event.error;
}

/** What went wrong is over: connecting works, and no connection is unhealthy. */
function forgetError(draft: Snapshot): void {
  if (draft.circuit === 'closed' && draft.unhealthy === 0) draft.lastError = '';
}

function applyCircuit(draft: Snapshot, { circuit, retryAt }: Circuit): void {
  draft.circuit = circuit;
  draft.retryAt = retryAt;
  forgetError(draft);
}

function applyResize(draft: Snapshot, { size }: Resize): void {
  draft.floor = size;
  draft.surplus = Math.max(0, draft.size - draft.closing - size);
}

function applyAllowance(draft: Snapshot, { limit, mode }: Allowed): void {
  draft.allowed = Math.min(draft.maxSize, limit);
  draft.allowedBy = mode;
}

function applySweep(draft: Snapshot): void {
  draft.lowIdleBefore = [draft.lowIdle, ...draft.lowIdleBefore.slice(0, 2)];
  draft.lowIdle = spareIdle(draft);
}

function applyDrain(draft: Snapshot): void {
  if (draft.phase === 'open') draft.phase = 'draining';
}

function applyClosed(draft: Snapshot): void {
  draft.phase = 'closed';
}

function applyWait(draft: Snapshot, { waiter, priority, key, at }: Wait): void {
  enterQueue(draft, waiterOf(waiter, priority, key, at));
}

function applyCheckout(draft: Snapshot, event: Checkout): void {
  const { waiter, pin } = event;
  if (!(pin === undefined ? applyPlainCheckout(draft, event) : beginPinnedLease(draft, event, pin))) return;
  if (waiter !== null) serveWaiter(draft, waiter, pin);
}

function applyPlainCheckout(draft: Snapshot, { connection, slot, waitedMs, at }: Checkout): boolean {
  const record = draft.connections.isAvailable(slot) ? draft.connections.edit(slot, connection) : undefined;
  if (record !== undefined) beginLease(draft, record, waitedMs, at);
  return record !== undefined;
}

function applyCheckin(draft: Snapshot, { connection, slot, usedMs, at }: Checkin): void {
  if (endLease(draft, connection, slot, usedMs, at)) draft.checkins++;
}

function open(draft: Snapshot, event: Opened): void {
  draft.name = event.name;
  draft.strategy = event.strategy;
  draft.minSize = event.minSize;
  draft.maxSize = event.maxSize;
  draft.allowed = event.hasAllowance === true ? 0 : event.maxSize;
  draft.floor = event.minSize;
  draft.maxLeasesPerConnection = event.maxLeasesPerConnection;
  draft.unhealthyAfter = event.unhealthyAfter;
  draft.maxWaiting = event.maxWaiting;
  draft.hasEndpoints = event.hasEndpoints ?? false;
  draft.hasPins = event.hasPins ?? false;
  draft.latencyDecayMs = event.latencyDecayMs ?? 0;
  draft.seed = event.seed;
}
