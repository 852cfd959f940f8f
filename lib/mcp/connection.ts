import type { Client, RequestOptions, Result, StandardSchemaV1 } from '@modelcontextprotocol/client';
import { Observable, ReplaySubject } from 'rxjs';
import type { Notice } from '../supply/connector.ts';
import type { ConnectionTransport } from './transport.ts';

/** One request of MCP, such as `{ method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } }`. */
export interface McpRequest {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A connection to one server, initialised wherever the pool hands it out. */
export class McpConnection {
  /** As in the pool's state and events. */
  readonly id: number;
  /** The SDK's client of this connection, for all that `request` does not cover. */
  readonly client: Client;
  /** Emits once when the connection is gone, with the reason, and completes; replays it to whoever comes later. */
  readonly closed$: Observable<Error>;
  readonly #transport: ConnectionTransport;
  readonly #closed$ = new ReplaySubject<Error>(1);
  // Not aborted, and nobody listens to them: making one takes longer than all else that a request takes here.
  readonly #spareAborts: AbortController[] = [];
  #initialised = false;

  constructor(id: number, client: Client, transport: ConnectionTransport) {
    this.id = id;
    this.client = client;
    this.#transport = transport;
    this.closed$ = this.#closed$.asObservable();
  }

  /** Lines skipped so far because they were no messages. */
  get garbageLines(): number {
    return this.#transport.garbageLines;
  }

  /** Answers dropped so far because they came after their request was cancelled or had timed out. */
  get lateAnswers(): number {
    return this.#transport.lateAnswers;
  }

  /** What is worth knowing of lines that were no messages, for the pool's log. @internal */
  get noticed$(): Observable<Notice> {
    return this.#transport.noticed$;
  }

  /** Starts the transport and initialises the connection; rejects with the cause. Once only. @internal */
  async open(): Promise<void> {
    try {
      await this.client.connect(this.#transport);
    } catch (error) {
      // The SDK says "connection closed" where the transport knows why.
      throw this.#transport.failure ?? error;
    }
    this.#initialised = true;
    this.#watchEnd();
  }

  /**
   * Cold: sends the request on subscription, emits the result as the server sent it and completes. Errors as the SDK's
   * `request` does, or with the reason of an aborted `signal`. Unsubscribing before the result cancels the request at
   * the server (`notifications/cancelled`).
   */
  request(request: McpRequest, options?: RequestOptions): Observable<Result> {
    return new Observable((subscriber) => {
      const abort = this.#spareAborts.pop() ?? new AbortController();
      const signal = options?.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal;
      let settled = false;
      const settle = (): void => {
        settled = true;
        // `any` remembers whom it was made of.
        if (!options?.signal && !abort.signal.aborted) this.#spareAborts.push(abort);
      };
      this.client.request(sdkRequest(request), asSent, { ...options, signal }).then(
        (result) => {
          settle();
          subscriber.next(result);
          subscriber.complete();
        },
        (error: unknown) => {
          settle();
          // The SDK calls an abort a timeout, whatever its reason.
          subscriber.error(options?.signal?.aborted === true ? options.signal.reason : error);
        },
      );
      return () => {
        if (!settled) abort.abort();
      };
    });
  }

  /** Asks for a sign of life: `ping`, or `server/discover` where the protocol has no ping any more. */
  check(): Observable<unknown> {
    return this.request({ method: this.client.getProtocolEra() === 'modern' ? 'server/discover' : 'ping' });
  }

  /** Ends the connection in good order; resolves when nothing of it is left, socket or process. */
  async close(): Promise<void> {
    // Who has not even answered `initialize` is owed no politeness, and might never answer that either.
    if (this.#initialised) await this.client.close();
    else this.#transport.kill();
    // The client knows nothing of a transport that has ended, though its process may still be on its way out.
    await this.#transport.close();
  }

  /** Ends the connection by force; `close` resolves soon after. @internal */
  kill(): void {
    this.#transport.kill();
  }

  /** Hears it from the transport: `client.onclose` is the user's to set. The SDK hears of it first. */
  #watchEnd(): void {
    const { onclose } = this.#transport;
    this.#transport.onclose = () => {
      try {
        onclose?.();
      } finally {
        this.#end();
      }
    };
    // It may have ended between the server's last word and this one.
    if (this.#transport.closed) this.#end();
  }

  #end(): void {
    this.#closed$.next(this.#transport.failure ?? new Error('the server closed the connection'));
    this.#closed$.complete();
  }
}

/** Lets any result pass: the SDK has checked the message, and unknown methods have unknown results. */
const asSent: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'rx-mcp-pool', validate: (value) => ({ value: value as Result }) },
};

function sdkRequest({ method, params }: McpRequest): { method: string; params?: Record<string, unknown> } {
  return params === undefined ? { method } : { method, params };
}
