import { type Observable, lastValueFrom } from 'rxjs';
import { messageOf } from '../../base/thrown.ts';
import type { McpConnection } from '../../mcp/connection/connection.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import { type McpPool, createMcpPool } from '../../mcp/mcp-pool.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import { connectReason } from './connect-reason.ts';

/** A connection that was opened for one purpose. */
export interface FreshConnection {
  readonly connection: McpConnection;
  /** How long opening it took, in milliseconds. */
  readonly openMs: number;
  /** Sends a request; rejects as the connection's own `request` does. */
  readonly call: (request: McpRequest, timeoutMs: number) => Promise<Readonly<Record<string, unknown>>>;
  /** Asks for a sign of life; any answer is one, an error too. */
  readonly check: (timeoutMs: number) => Promise<unknown>;
  /** Closes it in good order; resolves when nothing of it is left. */
  readonly close: () => Promise<void>;
}

/** How long closing may take, in milliseconds: long enough for a process that obeys signals only, or not even these. */
const CLOSE_MS = 4000;

/** Connections to a server for somebody who wants to look at it: each is new, and none is opened unless asked for. */
export class FreshConnections {
  readonly #pool: McpPool;

  /** `options` say how connections are opened, `most` how many there may be at once. */
  constructor(options: McpPoolOptions, most: number) {
    this.#pool = createMcpPool({
      ...options,
      pool: false,
      // Those that are being closed count as well.
      maxSize: 2 * most,
      checkoutTimeoutMs: Infinity,
      closeTimeoutMs: CLOSE_MS,
      healthCheckIntervalMs: 0,
      retry: false,
      // Nobody is to wait for a second attempt.
      isPermanent: () => true,
    });
  }

  /** Opens one more; rejects with what stands in the way, and with the pool's end when it is closed meanwhile. */
  async open(): Promise<FreshConnection> {
    const begunAt = performance.now();
    const lease = await this.#pool.lease().catch((error: unknown) => {
      const reason = connectReason(error);
      throw new Error(messageOf(reason), { cause: reason });
    });
    const openMs = performance.now() - begunAt;
    const connection = lease.connection.whole;
    const close = (): Promise<void> => {
      // First, so that the pool closes it as well: one that ends by itself so soon would be a reason to wait before the next.
      lease.checkin();
      return connection.close();
    };
    return {
      connection,
      openMs,
      call: (request, timeout) => one(connection.request(request, { timeout })),
      check: (timeout) => one(connection.check({ timeout })),
      close,
    };
  }

  /** Closes all that are open or being opened, by force where they resist; resolves when nothing of them is left. */
  close(): Promise<void> {
    return this.#pool.close({ timeoutMs: 0 });
  }
}

/** The answer; its absence is an empty one. */
function one<T>(answer$: Observable<T>): Promise<T | Record<string, never>> {
  return lastValueFrom(answer$, { defaultValue: {} });
}
