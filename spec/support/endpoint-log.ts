import { type BareEvent, on, opened } from './pool-log.ts';

/** The first event of a pool that has endpoints. */
export function openedWithEndpoints(options: Parameters<typeof opened>[0] = {}): BareEvent {
  return opened({ hasEndpoints: true, ...options });
}

export function listed(...endpoints: string[]): BareEvent[] {
  return endpoints.map((endpoint) => ({ type: 'endpointListed', endpoint }));
}

export function unlisted(endpoint: string): BareEvent {
  return { type: 'endpointUnlisted', endpoint };
}

export function setAside(endpoint: string, until: number): BareEvent {
  return { type: 'endpointSetAside', endpoint, until };
}

export function back(endpoint: string): BareEvent {
  return { type: 'endpointBack', endpoint };
}

/** A connect to this endpoint begins. */
export function connectingTo(endpoint: string, slot: number): BareEvent {
  return { type: 'connecting', ...on(slot), endpoint };
}

/** The two events that bring a connection to this endpoint up, for each slot. */
export function upAt(endpoint: string, ...slots: number[]): BareEvent[] {
  return slots.flatMap((slot) => [connectingTo(endpoint, slot), { type: 'up', ...on(slot), endpoint }]);
}

/** So many connects to this endpoint fail, one after the other; the last event is at the instant `at`. */
export function failuresOf(endpoint: string, count: number, at?: number): BareEvent[] {
  const failed: BareEvent = { type: 'connectFailed', ...on(90), endpoint, error: 'refused' };
  const stamped = at === undefined ? failed : { ...failed, at };
  return Array.from({ length: count }, () => [connectingTo(endpoint, 90), stamped]).flat();
}
