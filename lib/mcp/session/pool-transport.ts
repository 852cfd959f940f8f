import {
  type JSONRPCMessage,
  type RequestId,
  SdkError,
  SdkErrorCode,
  type Transport,
} from '@modelcontextprotocol/client';
import { onAbort } from '../../base/on-abort.ts';
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
  /**
   * Takes a message of the client, or a batch of them; resolves at once, and not with the answer. An aborted `signal`
   * cancels the requests among them: `@ai-sdk/mcp` says by it alone that nobody waits any more.
   */
  send(message: JSONRPCMessage | readonly JSONRPCMessage[], options?: PoolSendOptions): Promise<void>;
  /** Ends this client's session; the pool stays open. */
  close(): Promise<void>;
}

/** What comes with a message of the client. */
export interface PoolSendOptions {
  /** Cancels the request when it is aborted; what is sent with one that is aborted already is refused with its reason. */
  readonly signal?: AbortSignal;
  /** Of the SDK's clients; it makes no difference. */
  readonly relatedRequestId?: RequestId | undefined;
}

/**
 * The pool, or a hub of several, as a transport within this process: any client that takes a transport of the SDK has it for
 * its server, and each of its requests a connection that is leased for it. Closing it leaves the pool open.
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
  /** Ends the following of the signal of a request. */
  readonly #unfollow = new Map<RequestId, () => void>();
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
        for (const id of [...this.#unfollow.keys()]) this.#followed(id);
        this.onclose?.();
      },
    });
    return Promise.resolve();
  }

  // Async, so that the reason of a signal is a rejection, whatever it is.
  async send(message: JSONRPCMessage | readonly JSONRPCMessage[], { signal }: PoolSendOptions = {}): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#isOver) {
      return Promise.reject(new SdkError(SdkErrorCode.NotConnected, 'Not connected'));
    }
    signal?.throwIfAborted();
    for (const one of [message].flat()) {
      if (signal !== undefined && 'method' in one && 'id' in one) this.#follow(signal, session, one.id);
      session.receive(one);
    }
  }

  close(): Promise<void> {
    this.#session?.end();
    return Promise.resolve();
  }

  #follow(signal: AbortSignal, session: AnySession, id: RequestId): void {
    const cancel = (): void => {
      this.#followed(id);
      session.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    };
    this.#unfollow.set(id, onAbort(signal, cancel));
  }

  #followed(id: RequestId): void {
    this.#unfollow.get(id)?.();
    this.#unfollow.delete(id);
  }

  #tell(message: JSONRPCMessage): void {
    if (!('method' in message) && message.id !== undefined) this.#followed(message.id);
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(toError(error));
    }
  }
}
