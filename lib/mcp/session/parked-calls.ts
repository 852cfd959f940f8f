import { createHash, randomUUID } from 'node:crypto';
import type { McpPool } from '../mcp-pool.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { ModernListener } from './modern-listener.ts';

/** A call that waits for answers of its client, with the connection on which it was made. */
export interface ParkedCall {
  readonly request: McpRequest;
  /** Whose it is: for all others it is not there. */
  readonly principal: string;
  /** The client has come back with this request; what comes next is told to this listener. */
  resume(request: McpRequest, listener: ModernListener): void;
  /** Gives it up: it is cancelled at the server. */
  cancel(): void;
}

interface Parked {
  readonly call: ParkedCall;
  readonly digest: string;
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** How long a call waits for its client, in milliseconds. */
const KEPT_MS = 120_000;
/** How long it may do so undisturbed while others wait for a connection, in milliseconds. */
const GRACE_MS = 10_000;
/** The same where it is in the way of a call that has to wait for its client as well, or holds the only connection. */
const SHORT_GRACE_MS = 1000;
/** How often it is looked whether others wait, in milliseconds. */
const LOOK_MS = 250;

/**
 * The calls of clients of the modern era to servers of the legacy one which wait for answers: a server that has asked
 * something goes on only where it has asked, so each of them holds a connection. Clients do go away, so they are kept for a
 * while only, fewer than there are connections, and the oldest gives way when somebody waits for a connection.
 */
export class ParkedCalls {
  readonly #pool: Pick<McpPool, 'state' | 'metrics'>;
  readonly #parked = new Map<string, Parked>();
  /** Calls that are to be kept as soon as there is room. */
  readonly #coming = new Map<ParkedCall, (token: string) => void>();
  #look: NodeJS.Timeout | undefined;

  constructor(pool: Pick<McpPool, 'state' | 'metrics'>) {
    this.#pool = pool;
  }

  get size(): number {
    return this.#parked.size;
  }

  /**
   * Keeps a call; what is told finds it again. Where there are too many, not before the oldest has had its short while:
   * meanwhile the call may end, and must be told by `leave`.
   */
  park(call: ParkedCall, parked: (token: string) => void): void {
    this.#coming.set(call, parked);
    this.#admit();
  }

  /** The call does not want to be kept any more, if it has not been kept yet. */
  leave(call: ParkedCall): void {
    this.#coming.delete(call);
  }

  /** Fewer than there may be connections. */
  get #most(): number {
    return Math.max(1, this.#pool.metrics.maxSize - 1);
  }

  #keep(call: ParkedCall): string {
    const token = randomUUID();
    const timer = setTimeout(this.#evict.bind(this), KEPT_MS, token).unref();
    this.#parked.set(token, { call, digest: digestOf(call), since: performance.now(), timer });
    this.#look ??= setInterval(this.#giveWay.bind(this), LOOK_MS).unref();
    return token;
  }

  /** The call that waits for this one, which must be the same again, and of the same principal; it is kept no more. */
  take(token: string, next: Pick<ParkedCall, 'request' | 'principal'>): ParkedCall | undefined {
    const parked = this.#parked.get(token);
    if (parked?.digest !== digestOf(next)) return undefined;
    this.#forget(token, parked);
    this.#admit();
    return parked.call;
  }

  /** Gives all of them up. */
  end(): void {
    for (const token of this.#parked.keys()) this.#evict(token);
  }

  #giveWay(): void {
    if (this.#coming.size > 0) this.#admit();
    else if (this.#pool.state.waiting > 0) this.#evictOldest(this.#most > 1 ? GRACE_MS : SHORT_GRACE_MS);
  }

  /** Keeps the first of those that are to be kept, if there is room. */
  #admit(): void {
    const [next] = this.#coming;
    if (next === undefined || !this.#hasRoom()) return;
    const [call, parked] = next;
    this.#coming.delete(call);
    parked(this.#keep(call));
  }

  /** Whether there is room for one more, or can be made. */
  #hasRoom(): boolean {
    return this.#parked.size < this.#most || this.#evictOldest(SHORT_GRACE_MS);
  }

  /** Gives up the oldest, unless it is too young for that. */
  #evictOldest(graceMs: number): boolean {
    const [oldest] = this.#parked;
    if (oldest === undefined || performance.now() - oldest[1].since < graceMs) return false;
    this.#evict(oldest[0]);
    return true;
  }

  #evict(token: string): void {
    const parked = this.#parked.get(token);
    if (parked === undefined) return;
    this.#forget(token, parked);
    parked.call.cancel();
  }

  #forget(token: string, { timer }: Parked): void {
    clearTimeout(timer);
    this.#parked.delete(token);
    if (this.#parked.size > 0) return;
    clearInterval(this.#look);
    this.#look = undefined;
  }
}

/** The same for each round of a request. */
function digestOf({ request: { method, params }, principal }: Pick<ParkedCall, 'request' | 'principal'>): string {
  const { _meta, inputResponses, requestState, ...others } = params ?? {};
  return createHash('sha256')
    .update(JSON.stringify([principal, method, others]))
    .digest('base64');
}
