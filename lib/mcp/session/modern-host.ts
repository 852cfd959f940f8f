import { endOf } from '../../pool/internals.ts';
import { report } from '../../base/report.ts';
import type { McpPool } from '../mcp-pool.ts';
import { ParkedCalls } from './parked-calls.ts';

let lastNumber = 0;

/** A pool that serves requests of the modern era. */
export class ModernHost {
  /** Told with the state of each round, so that the next round finds the way back. No two of a process have the same. */
  readonly number: number = ++lastNumber;
  readonly pool: McpPool;
  /** The calls that wait for answers of their clients. */
  readonly parked: ParkedCalls;

  constructor(pool: McpPool) {
    this.pool = pool;
    this.parked = new ParkedCalls(pool);
  }
}

/** The hosts of the pools of one hub, those included that end when the last of their calls has. */
export class ModernHosts {
  readonly #byPool = new Map<McpPool, ModernHost>();

  /** The host of this pool. */
  of(pool: McpPool): ModernHost {
    const known = this.#byPool.get(pool);
    if (known !== undefined) return known;
    const host = new ModernHost(pool);
    this.#byPool.set(pool, host);
    const complete = (): void => {
      this.#byPool.delete(pool);
      host.parked.end();
    };
    endOf(pool).subscribe({ complete, error: report });
    return host;
  }

  /** The one that has this number; `undefined` where its pool has ended. */
  numbered(number: number | undefined): ModernHost | undefined {
    for (const host of this.#byPool.values()) if (host.number === number) return host;
    return undefined;
  }

  /** Gives up what waits for clients. */
  end(): void {
    for (const { parked } of this.#byPool.values()) parked.end();
  }
}
