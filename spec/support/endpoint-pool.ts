import { BehaviorSubject, throwError } from 'rxjs';
import {
  type Endpoint,
  type Pool,
  type PoolEvent,
  type PoolOptions,
  type PoolState,
  createPool,
} from '../../lib/index.ts';
import { type FakeConnection, FakeServer } from './fake-server.ts';
import { collect } from './listen.ts';
import { settle } from './virtual-time.ts';

export interface Host extends Endpoint {
  readonly port: number;
}

export const a: Host = { id: 'a', port: 1 };
export const b: Host = { id: 'b', port: 2 };
export const c: Host = { id: 'c', port: 3 };

/** A pool over several endpoints of one fake server. */
export interface EndpointPool {
  readonly pool: Pool<FakeConnection>;
  readonly server: FakeServer;
  readonly endpoints$: BehaviorSubject<readonly Host[]>;
  /** Connects to these fail. */
  readonly down: Set<string>;
  /** What `connect` was told, in order. */
  readonly connected: readonly Host[];
  readonly log: readonly PoolEvent[];
}

export async function endpointPool(
  list: readonly Host[],
  options: Partial<PoolOptions<FakeConnection, Host>> = {},
): Promise<EndpointPool> {
  const endpoints$ = new BehaviorSubject<readonly Host[]>(list);
  const server = new FakeServer();
  const down = new Set<string>();
  const connected: Host[] = [];
  const connector = server.connector;
  const pool = createPool<FakeConnection, Host>({
    ...connector,
    seed: 1,
    minSize: 4,
    maxSize: 8,
    endpoints$,
    ...options,
    connect: ({ id, signal, endpoint }) => {
      connected.push(endpoint);
      const isDown = down.has(endpoint.id);
      return isDown ? throwError(() => new Error(`${endpoint.id} is down`)) : connector.connect({ id, signal });
    },
  });
  const log = collect(pool.events$);
  await settle();
  return { pool, server, endpoints$, down, connected, log };
}

/** The events of these types and the endpoints that they are about. */
export function typesOf(log: readonly PoolEvent[], ...types: PoolEvent['type'][]): (readonly [string, string])[] {
  return log
    .filter(({ type }) => types.includes(type))
    .map((event) => [event.type, ('endpoint' in event ? event.endpoint : undefined) ?? ''] as const);
}

/** How many connections each endpoint has. */
export function countsOf({ state }: { readonly state: PoolState }): Readonly<Record<string, number>> {
  return Object.fromEntries(state.endpoints.map(({ id, connections }) => [id, connections]));
}
