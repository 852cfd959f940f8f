import type {
  Checking,
  Connecting,
  ConnectFailed,
  Down,
  Health,
  Removed,
  Retire,
  Up,
} from '../events/connection-event.ts';
import type { Destroy } from '../events/pool-event.ts';
import type { Draft } from './chunk.ts';
import { isSlot } from './connection-table.ts';
import { countConnection, isWithheld, noteFailure, noteWorking } from './endpoint-transitions.ts';
import { RECENT, meanOf } from './lease-transitions.ts';
import { endPin } from './pin-transitions.ts';
import { type ConnectionRecord, isAvailable, spareIdle } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';
import { countUnfit } from './count-unfit.ts';

/** A connect has begun: the connection gets its record. */
export function placeConnecting(draft: Snapshot, { connection, slot, endpoint, at }: Connecting): void {
  if (!isSlot(slot) || draft.connections.get(slot) !== undefined) return;
  draft.connections.place({
    id: connection,
    slot,
    status: 'connecting',
    health: 'healthy',
    leases: 0,
    requestCount: 0,
    load: 0,
    failureCount: 0,
    checking: false,
    latencyMs: 0,
    latencyAt: 0,
    withheld: false,
    pin: null,
    createdAt: at,
    lastUsedAt: at,
    info: null,
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  countConnection(draft, endpoint, 1);
  draft.moving = 0;
  draft.connecting++;
}

/**
 * A connect has succeeded; false when none was under way. The new connection starts with the smallest load of the
 * others, or it would draw all traffic until it had caught up.
 */
export function comeUp(draft: Snapshot, { connection, slot, info, at }: Up): boolean {
  const record = draft.connections.edit(slot, connection);
  if (record?.status !== 'connecting') return false;
  draft.connectMs = meanOf(draft.connectMs, at - record.createdAt, draft.connects);
  draft.connects++;
  noteGrowth(draft, at);
  record.load = leastLoad(draft);
  record.lastUsedAt = at;
  record.info = info ?? null;
  countUnfit(draft, record, -1);
  record.withheld = isWithheld(draft, record.endpoint);
  setStatus(draft, record, 'idle');
  countUnfit(draft, record, 1);
  noteWorking(draft, record.endpoint, at);
  return true;
}

/** A connection takes no more leases. */
export function beginClosing(draft: Snapshot, event: Retire | Destroy): void {
  const record = draft.connections.edit(event.slot, event.connection);
  if (record === undefined || record.status === 'closing') return;
  leaveService(draft, record);
  // It was counted as idle in the earlier intervals, too.
  const wasIdle = event.type === 'retire' && event.reason === 'idle';
  if (wasIdle) draft.lowIdleBefore = draft.lowIdleBefore.map((low) => Math.max(0, low - 1));
  if (event.type === 'retire' && event.reason === 'spread') draft.moving = 1;
  // A connection found unfit for use counts as a failure of its endpoint, as a death does.
  if (event.type === 'retire' && (event.reason === 'broken' || event.reason === 'notice'))
    noteFailure(draft, record.endpoint, event.at);
  setStatus(draft, record, 'closing');
  if (record.pin !== null) endPin(draft, record);
}

/** A connection is gone, and the leases that it still had are lost; false when it was gone already. */
export function removeConnection(
  draft: Snapshot,
  { type, connection, slot, at }: Down | Removed | ConnectFailed,
): boolean {
  const record = draft.connections.get(slot);
  if (record?.id !== connection) return false;
  if (type !== 'removed' && record.status !== 'closing') noteFailure(draft, record.endpoint, at);
  leaveService(draft, record);
  draft.lost += record.leases;
  count(draft, record.status, -1);
  if (record.pin !== null) draft.connections.unpin(slot, record.pin);
  draft.connections.remove(slot);
  return true;
}

/** A health check has begun that cannot be cancelled. */
export function beginChecking(draft: Snapshot, { connection, slot }: Checking): void {
  const record = draft.connections.edit(slot, connection);
  if (record === undefined) return;
  record.checking = true;
  draft.connections.touch(slot, false);
}

/** A health check has ended; false when its connection was gone already. */
export function noteHealth(draft: Snapshot, { connection, slot, healthy, at }: Health): boolean {
  const record = draft.connections.edit(slot, connection);
  if (record === undefined) return false;
  if (!healthy) draft.healthCheckFailures++;
  const { health } = record;
  countUnfit(draft, record, -1);
  record.checking = false;
  record.failureCount = healthy ? 0 : record.failureCount + 1;
  record.health = record.failureCount >= draft.unhealthyAfter ? 'unhealthy' : 'healthy';
  countUnfit(draft, record, 1);
  if (healthy) noteWorking(draft, record.endpoint, at);
  else if (health !== record.health) noteFailure(draft, record.endpoint, at);
  draft.connections.touch(slot, isAvailable(draft, record));
  return true;
}

function leaveService(draft: Snapshot, record: ConnectionRecord): void {
  if (record.status === 'closing') return;
  countUnfit(draft, record, -1);
  countConnection(draft, record.endpoint, -1);
  if (draft.surplus > 0) draft.surplus--;
  if (record.pin !== null) draft.pinned--;
}

function setStatus(draft: Snapshot, record: Draft<ConnectionRecord>, status: ConnectionRecord['status']): void {
  count(draft, record.status, -1);
  count(draft, status, 1);
  record.status = status;
  draft.connections.touch(record.slot, isAvailable(draft, record));
}

function count(draft: Snapshot, status: ConnectionRecord['status'], by: 1 | -1): void {
  switch (status) {
    case 'connecting':
      draft.connecting += by;
      return;
    case 'idle':
      draft.idle += by;
      draft.lowIdle = Math.min(draft.lowIdle, spareIdle(draft));
      return;
    case 'active':
      draft.active += by;
      return;
    case 'closing':
      draft.closing += by;
  }
}

function leastLoad(draft: Snapshot): number {
  let least = Infinity;
  for (const { status, load } of draft.connections) {
    if ((status === 'idle' || status === 'active') && load < least) least = load;
  }
  return least === Infinity ? 0 : least;
}

/**
 * Notes the size and the holding time before a growth. Connections that come up close together count as one growth: its
 * effect shows only after enough leases have ended.
 */
function noteGrowth(draft: Snapshot, at: number): void {
  const ended = draft.checkins + draft.destroyed;
  if (ended - draft.endedBefore >= 2 * RECENT) {
    draft.grownFrom = draft.idle + draft.active;
    draft.grownFromUseMs = draft.useMs;
  }
  draft.endedBefore = ended;
  draft.upAt = at;
}
