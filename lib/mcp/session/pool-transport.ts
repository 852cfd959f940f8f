import { type JSONRPCMessage, SdkError, SdkErrorCode, type Transport } from '@modelcontextprotocol/client';
import { toError } from '../../base/thrown.ts';
import type { McpHub } from '../hub/mcp-hub.ts';
import type { McpPool } from '../mcp-pool.ts';
import { type AnySession, sessionOf } from './any-session.ts';
import type { SessionOptions } from './session.ts';

/**
 * A transport of the SDK's, of either major version, and of whoever takes the same shape. No member may be `undefined`:
 * some frameworks do not take that with `exactOptionalPropertyTypes`.
 */
export interface PoolTransport {
  /** The pool has ended, or `close` was called. */
  onclose?: () => void;
  /** What the client throws at a message that it is given. */
  onerror?: (error: Error) => void;
  /** What the server says. */
  onmessage?: NonNullable<Transport['onmessage']>;
  /** Begins; the SDK's client calls it. */
  start(): Promise<void>;
  /** Takes a message of the client, or a batch of them; resolves at once, and not with the answer. */
  send(message: JSONRPCMessage | readonly JSONRPCMessage[]): Promise<void>;
  /** Ends this client's session; the pool stays open. */
  close(): Promise<void>;
}

/**
 * The pool, or a hub of several, as a transport within this process: any client that takes a transport of the SDK has the pool for its server, and
 * each of its requests a connection that is leased for it. Closing it leaves the pool open.
 */
export function poolTransport(pool: McpPool | McpHub, options: SessionOptions = {}): PoolTransport {
  return new SessionTransport(pool, options);
}

class SessionTransport implements PoolTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #pool: McpPool | McpHub;
  readonly #options: SessionOptions;
  #session: AnySession | undefined;
  #isOver = false;

  constructor(pool: McpPool | McpHub, options: SessionOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  start(): Promise<void> {
    if (this.#session !== undefined) return Promise.reject(new Error('this transport was started before'));
    this.#session = sessionOf(this.#pool, this.#options, {
      tell: this.#tell.bind(this),
      ended: () => {
        this.#isOver = true;
        this.onclose?.();
      },
    });
    return Promise.resolve();
  }

  send(message: JSONRPCMessage | readonly JSONRPCMessage[]): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#isOver) {
      return Promise.reject(new SdkError(SdkErrorCode.NotConnected, 'Not connected'));
    }
    for (const one of [message].flat()) session.receive(one);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#session?.end();
    return Promise.resolve();
  }

  #tell(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(toError(error));
    }
  }
}
