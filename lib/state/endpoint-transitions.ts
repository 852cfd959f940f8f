import type {
  EndpointBack,
  EndpointListed,
  EndpointSetAside,
  EndpointUnlisted,
  Rested,
  Resting,
} from '../events/endpoint-event.ts';
import type { Draft } from './chunk.ts';
import { type EndpointRecord, TOO_MANY_FAILURES, isForgiven, isInService } from './endpoint-record.ts';
import { isAvailable } from './pool-state.ts';
import type { Snapshot } from './snapshot.ts';
import { tally } from './tally.ts';

/** After working for so many milliseconds an endpoint was set aside once less. */
const STEP_BACK_MS = 10_000;

/** An endpoint has come into the list. */
export function listEndpoint(draft: Snapshot, { endpoint: id }: EndpointListed): void {
  if (findEndpoint(draft, id) !== undefined) return;
  const fresh = { failures: 0, failedAt: 0, worksSince: 0, setAsides: 0, setAsideUntil: 0, restingUntil: 0 };
  draft.editEndpoints().add({ id, connections: strays(draft, id), ...fresh });
}

/** An endpoint has left the list. */
export function unlistEndpoint(draft: Snapshot, { endpoint }: EndpointUnlisted): void {
  draft.editEndpoints().remove(endpoint);
}

/** An endpoint that keeps failing gets no leases for a while. */
export function setAsideEndpoint(draft: Snapshot, { endpoint: id, until }: EndpointSetAside): void {
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.setAsideUntil = until;
    endpoint.setAsides++;
  });
  withhold(draft, id);
}

/** An endpoint that was set aside goes on. It is on probation: one more failure sets it aside again. */
export function takeBackEndpoint(draft: Snapshot, { endpoint: id }: EndpointBack): void {
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.setAsideUntil = 0;
    endpoint.failures = Math.min(endpoint.failures, TOO_MANY_FAILURES - 1);
  });
  withhold(draft, id);
}

/** The list of endpoints changes no more. */
export function endEndpoints(draft: Snapshot): void {
  draft.endpointsEnded = true;
}

/** An endpoint, or the pool where there are none, asked not to be bothered. */
export function beginRest(draft: Snapshot, { endpoint, until }: Resting): void {
  rest(draft, endpoint, until);
}

/** That time is over. */
export function endRest(draft: Snapshot, { endpoint }: Rested): void {
  rest(draft, endpoint, 0);
}

/** Something of it went wrong. */
export function noteFailure(draft: Snapshot, id: string | undefined, at: number): void {
  changeEndpoint(draft, id, (endpoint) => {
    const { worksSince } = endpoint;
    if (worksSince > 0)
      endpoint.setAsides = Math.max(0, endpoint.setAsides - Math.floor((at - worksSince) / STEP_BACK_MS));
    endpoint.failures = isForgiven(endpoint, at) ? 1 : endpoint.failures + 1;
    endpoint.failedAt = at;
    endpoint.worksSince = 0;
  });
}

/** A connect to it succeeded, or a check. */
export function noteWorking(draft: Snapshot, id: string | undefined, at: number): void {
  const endpoint = findEndpoint(draft, id);
  if (endpoint === undefined || endpoint.failures === 0) return;
  changeEndpoint(draft, id, (own) => {
    if (isForgiven(own, at)) own.failures = 0;
    if (own.worksSince === 0) own.worksSince = at;
  });
}

/** A connection of it has come, or goes. */
export function countConnection(draft: Snapshot, id: string | undefined, by: 1 | -1): void {
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.connections += by;
  });
}

/** Whether its connections get no leases for now. */
export function isWithheld(draft: Snapshot, id: string | undefined): boolean {
  const endpoint = findEndpoint(draft, id);
  return endpoint === undefined ? draft.restingUntil > 0 : !isInService(endpoint);
}

function findEndpoint({ endpointTable }: Snapshot, id: string | undefined): EndpointRecord | undefined {
  return id === undefined ? undefined : endpointTable.get(id);
}

/** One that comes back may still have connections that are about to go. */
function strays(draft: Snapshot, id: string): number {
  // Each connection is of one that is listed: a long list is taken in without a look at them.
  if (draft.idle + draft.active + draft.connecting === draft.endpointTable.connections) return 0;
  let connections = 0;
  for (const { endpoint, status } of draft.connections) if (endpoint === id && status !== 'closing') connections++;
  return connections;
}

function rest(draft: Snapshot, id: string | undefined, until: number): void {
  if (id === undefined) draft.restingUntil = until;
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.restingUntil = until;
  });
  withhold(draft, id);
}

/** Once for all of its connections, so that choosing costs nothing. */
function withhold(draft: Snapshot, id: string | undefined): void {
  if (findEndpoint(draft, id)?.connections === 0) return;
  const withheld = isWithheld(draft, id);
  for (const { slot, id: connection, endpoint, withheld: was } of draft.connections) {
    if (endpoint !== id || was === withheld) continue;
    const record = draft.connections.edit(slot, connection);
    if (record === undefined) continue;
    tally(draft, record, -1);
    record.withheld = withheld;
    tally(draft, record, 1);
    draft.connections.touch(slot, isAvailable(draft, record));
  }
}

function changeEndpoint(
  draft: Snapshot,
  id: string | undefined,
  change: (endpoint: Draft<EndpointRecord>) => void,
): void {
  if (findEndpoint(draft, id) === undefined || id === undefined) return;
  draft.editEndpoints().change(id, change);
}
