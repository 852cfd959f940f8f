import type { Observable } from 'rxjs';
import { type Mock, vi } from 'vitest';
import { Inbox } from '../../lib/events/inbox.ts';
import type { PoolEvent } from '../../lib/events/pool-event.ts';
import type { EndpointRecord } from '../../lib/state/endpoint-record.ts';
import { Store } from '../../lib/state/store.ts';
import type { Endpoint } from '../../lib/supply/endpoints/endpoint.ts';
import { Endpoints } from '../../lib/supply/endpoints/endpoints.ts';
import { failuresOf } from './endpoint-log.ts';
import { listen } from './listen.ts';
import type { BareEvent } from './pool-log.ts';

interface Settings {
  readonly endpoints$?: Observable<readonly Endpoint[]>;
  readonly random?: number;
  readonly minMs?: number;
  readonly maxMs?: number;
}

/** Endpoints without a pool. */
interface EndpointsAlone {
  readonly endpoints: Endpoints;
  readonly store: Store;
  readonly committed$: Observable<PoolEvent>;
  /** The events that came of it. */
  readonly log: readonly PoolEvent[];
  readonly changed: Mock<() => void>;
  readonly send: (...events: BareEvent[]) => void;
  readonly record: (id: string) => EndpointRecord | undefined;
  /** How many are set aside. */
  readonly aside: () => number;
  /** Fails three times and tells for how long it is set aside then, in milliseconds. */
  readonly failFor: (id: string) => number;
}

/** The endpoints of a store that holds what these events made, while time stands still. */
export function endpointsOf(
  events: readonly BareEvent[],
  { endpoints$, random = 0, minMs = 100, maxMs = 1000 }: Settings = {},
): EndpointsAlone {
  const store = new Store();
  const inbox = new Inbox(store);
  const send = (...more: BareEvent[]): void => {
    for (const event of more) inbox.sendStamped(stampedNow(event, store.nextVersion));
  };
  const log: PoolEvent[] = [];
  send(...events);
  listen(inbox.committed$, (event) => log.push(event));
  const changed = vi.fn<() => void>();
  const options = { endpoints$, endpointBackoff: { minMs, maxMs }, random: () => random };
  const endpoints = new Endpoints(store, inbox, options, { left: vi.fn(), changed });
  const record = (id: string): EndpointRecord | undefined =>
    store.current.endpoints.find((endpoint) => endpoint.id === id);
  const aside = (): number => store.current.endpoints.filter(({ setAsideUntil }) => setAsideUntil > 0).length;
  const failFor = (id: string): number => {
    for (let i = 0; i < 3; i++) {
      send(...failuresOf(id, 1));
      endpoints.failed(id);
    }
    return Math.max(0, (record(id)?.setAsideUntil ?? 0) - performance.now());
  };
  return { committed$: inbox.committed$, store, send, log, changed, endpoints, record, aside, failFor };
}

function stampedNow(event: BareEvent, version: number): PoolEvent {
  return { at: performance.now(), ...event, version };
}
