import { BehaviorSubject, filter, map, timer } from 'rxjs';
import type { Endpoint, Pool, PoolOptions, PoolState, Strategy } from '../../lib/index.ts';
import { type FakeConnection, FakeServer } from '../support/fake-server.ts';
import type { Library } from './library.ts';
import type { Setting } from './setting.ts';

/** How work fails: just so, or so that its connection is suspect, of no use, or in need of a rest. */
const failures = ['failed', 'timed out', 'broken', 'tired'] as const;

/** The error of work that fails. */
export function failure(n: number): Error {
  return new Error(failures[n % failures.length]);
}

/** What the pool is called: the channel carries the events of all pools of the process. */
export const POOL_NAME = 'differential';

/** The pool of a script, and what it has to do with. */
export class Stage {
  readonly pool: Pool<FakeConnection>;
  readonly server: FakeServer;
  readonly #setting: Setting;
  readonly #endpoints$ = new BehaviorSubject<readonly Endpoint[]>([{ id: 'a' }, { id: 'b' }]);

  constructor(library: Library, setting: Setting) {
    const { strategy, hasEndpoints, sheds, quarantineMs, ...others } = setting.extras;
    this.#setting = setting;
    this.server = new FakeServer(setting.behaviour);
    this.pool = library.createPool<FakeConnection, Endpoint>({
      name: POOL_NAME,
      ...(this.server.connector as PoolOptions<FakeConnection, Endpoint>),
      ...setting.numbers,
      ...others,
      ...common,
      strategy: strategyOf(library, strategy),
      ...(hasEndpoints ? { endpoints$: this.#endpoints$, endpointBackoff: { minMs: 5, maxMs: 20 } } : {}),
      ...(sheds ? { queue: library.codel({ targetMs: 1, intervalMs: 4 }) } : {}),
      ...(quarantineMs > 0 ? { quarantine: () => timer(quarantineMs) } : {}),
    });
  }

  kill(n: number): void {
    const connection = this.#alive(n);
    if (connection !== undefined) this.server.kill(connection);
  }

  /** The next health checks of a connection fail, or succeed again. */
  sicken(n: number): void {
    const connection = this.#alive(n);
    if (connection !== undefined) connection.health = (['silent', 'good', 'bad'] as const)[n % 3] ?? 'good';
  }

  /** The next connects fail, or succeed again. */
  refuse(n: number): void {
    this.server.behaviour.refusal = n % 3 === 0 ? new Error('refused') : undefined;
  }

  list(n: number): void {
    this.#endpoints$.next(['a', 'b', 'c'].filter((_, i) => (n & (1 << i)) > 0).map((id) => ({ id })));
  }

  resize(n: number): void {
    const { minSize, maxSize } = this.#setting.numbers;
    this.pool.resize(minSize + (n % (maxSize - minSize + 1)));
  }

  #alive(n: number): FakeConnection | undefined {
    const { alive } = this.server;
    return alive[n % Math.max(1, alive.length)];
  }
}

const common = {
  connectBackoff: { minMs: 5, maxMs: 20 },
  connectTimeoutMs: 30,
  healthCheckTimeoutMs: 10,
  closeTimeoutMs: 20,
  isTimeout: (error: unknown) => isFailure(error, 'timed out'),
  isBroken: (error: unknown) => isFailure(error, 'broken'),
  restMs: (error: unknown) => (isFailure(error, 'tired') ? 10 : undefined),
};

function isFailure(error: unknown, message: (typeof failures)[number]): boolean {
  return error instanceof Error && error.message === message;
}

function strategyOf(library: Library, strategy: Setting['extras']['strategy']): Strategy {
  if (strategy === 'bySlot') return map(slotOfKey);
  if (strategy !== 'reserving') return library[strategy]();
  const some = filter<PoolState>((state) => state.connections.countAvailable() > 1);
  return (state$) => state$.pipe(some, library.leastLoaded());
}

/** The same connection for the same key, as long as it is free. */
function slotOfKey({ connections, next }: PoolState): ReturnType<PoolState['connections']['nextAvailable']> {
  return connections.nextAvailable((next?.key?.charCodeAt(0) ?? 0) % Math.max(1, connections.slots));
}
