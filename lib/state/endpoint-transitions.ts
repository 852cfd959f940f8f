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
import { countUnfit } from './count-unfit.ts';

/** For every 10 s that an endpoint works, one time of having been set aside is forgotten. */
const STEP_BACK_MS = 10_000;

/** An endpoint was added to the list. */
export function listEndpoint(draft: Snapshot, { endpoint: id }: EndpointListed): void {
  if (findEndpoint(draft, id) !== undefined) return;
  const fresh = { failures: 0, failedAt: 0, worksSince: 0, setAsides: 0, setAsideUntil: 0, restingUntil: 0 };
  draft.editEndpoints().add({ id, connections: connectionsLeftOf(draft, id), ...fresh });
}

/** An endpoint was removed from the list. */
export function unlistEndpoint(draft: Snapshot, { endpoint }: EndpointUnlisted): void {
  draft.editEndpoints().remove(endpoint);
}

/** An endpoint that keeps failing is set aside: its connections get no leases for a while. */
export function setAsideEndpoint(draft: Snapshot, { endpoint: id, until }: EndpointSetAside): void {
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.setAsideUntil = until;
    endpoint.setAsides++;
  });
  withhold(draft, id);
}

/** An endpoint that was set aside is in service again, on probation: one more failure sets it aside again. */
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

/** The server behind an endpoint, or behind a pool without endpoints, asked for a pause. */
export function beginRest(draft: Snapshot, { endpoint, until }: Resting): void {
  rest(draft, endpoint, until);
}

/** The pause is over. */
export function endRest(draft: Snapshot, { endpoint }: Rested): void {
  rest(draft, endpoint, 0);
}

/** Counts a failure of the endpoint. */
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

/** Notes that a connect to the endpoint, or a health check, succeeded. */
export function noteWorking(draft: Snapshot, id: string | undefined, at: number): void {
  const endpoint = findEndpoint(draft, id);
  if (endpoint === undefined || endpoint.failures === 0) return;
  changeEndpoint(draft, id, (own) => {
    if (isForgiven(own, at)) own.failures = 0;
    if (own.worksSince === 0) own.worksSince = at;
  });
}

/** Adds `by` to the connections of the endpoint. */
export function countConnection(draft: Snapshot, id: string | undefined, by: 1 | -1): void {
  changeEndpoint(draft, id, (endpoint) => {
    endpoint.connections += by;
  });
}

/** Whether connections to this endpoint get no leases for now. */
export function isWithheld(draft: Snapshot, id: string | undefined): boolean {
  const endpoint = findEndpoint(draft, id);
  return endpoint === undefined ? draft.restingUntil > 0 : !isInService(endpoint);
}

function findEndpoint({ endpointTable }: Snapshot, id: string | undefined): EndpointRecord | undefined {
  return id === undefined ? undefined : endpointTable.get(id);
}

/** How many connections this endpoint still has from an earlier time on the list. */
function connectionsLeftOf(draft: Snapshot, id: string): number {
  // If the sums agree, every connection belongs to a listed endpoint. So a long list is added without a search through
  // all connections.
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

/**
 * Updates `withheld` in the record of every connection to the endpoint. Done once here, so that choosing a connection
 * does not have to look at endpoints.
 */
function withhold(draft: Snapshot, id: string | undefined): void {
  if (findEndpoint(draft, id)?.connections === 0) return;
  const withheld = isWithheld(draft, id);
  for (const { slot, id: connection, endpoint, withheld: was } of draft.connections) {
    if (endpoint !== id || was === withheld) continue;
    const record = draft.connections.edit(slot, connection);
    if (record === undefined) continue;
    countUnfit(draft, record, -1);
    record.withheld = withheld;
    countUnfit(draft, record, 1);
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
