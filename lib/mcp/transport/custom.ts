import type { JSONRPCMessage, Transport, TransportSendOptions } from '@modelcontextprotocol/client';
import type { Observable } from 'rxjs';
import { toError } from '../../base/thrown.ts';
import type { Notice } from '../../supply/connector.ts';
import type { CarriedRequest } from './carried-request.ts';
import { MessageRates } from './message-rates.ts';
import { notSent } from './sent-requests.ts';
import { StrayAnswerError } from './stray-answer-error.ts';
import { TappedTransport } from './tapped-transport.ts';
import type { ConnectionTransport, McpTransport } from './transport.ts';

/**
 * Whatever else carries messages: any transport of the SDK's client, such as those for SSE, for WebSockets and within one
 * process. `create` is called for each connection, and has to return a new transport that was not started. Throws a
 * `TypeError` where it is no function.
 */
export function custom(create: () => Transport | Promise<Transport>): McpTransport {
  if (typeof create !== 'function') throw new TypeError('custom needs a function that returns a transport');
  return { kind: 'custom', target: 'custom', create: () => new CustomTransport(create) };
}

/** Messages that travel by a transport of the user's. */
class CustomTransport extends TappedTransport implements ConnectionTransport {
  endedByPeer = false;
  readonly garbageLines = 0;
  readonly noticed$: Observable<Notice>;
  readonly #create: () => Transport | Promise<Transport>;
  readonly #rates = new MessageRates({});
  #inner: Transport | undefined;
  #phase: 'new' | 'opening' | 'open' | 'closed' = 'new';
  #failure: Error | undefined;
  #sent = 0;

  constructor(create: () => Transport | Promise<Transport>) {
    super();
    this.#create = create;
    this.noticed$ = this.#rates.noticed$;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get closed(): boolean {
    return this.#phase === 'closed';
  }

  get linesSent(): number {
    return this.#sent;
  }

  /** Makes the transport and starts it; rejects with the cause when that fails or it is closed meanwhile. */
  async start(): Promise<void> {
    if (this.#phase !== 'new') throw new Error(`a transport starts once: this one is ${this.#phase}`);
    this.#phase = 'opening';
    try {
      const inner = await this.#create();
      this.#inner = inner;
      this.#listenTo(inner);
      await inner.start();
      if (this.closed) {
        await inner.close();
        throw new Error('closed while it was opening');
      }
      this.#phase = 'open';
    } catch (error) {
      this.#failure = this.closed ? undefined : toError(error);
      this.#finish();
      throw error;
    }
  }

  // Async, so that what the transport throws is a rejection.
  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (this.#inner === undefined || this.closed) throw this.#notOpen();
    if (this.isReplayed(message)) return;
    this.requests.sent(message);
    this.#sent++;
    try {
      await this.#inner.send(message, options);
    } catch (error) {
      this.requests.failed(message);
      throw error;
    }
  }

  carry(request: CarriedRequest, text: string): void {
    if (this.#inner === undefined || this.closed) {
      request.fail(this.#notOpen());
      return;
    }
    this.#sent++;
    this.#carry(this.#inner, JSON.parse(text) as JSONRPCMessage).catch(request.fail.bind(request));
  }

  setProtocolVersion(version: string): void {
    this.#inner?.setProtocolVersion?.(version);
  }

  async close(): Promise<void> {
    this.#finish();
    await this.#inner?.close();
  }

  kill(): void {
    // There is no force to be used on a transport that this package knows nothing of.
    this.close().catch(() => undefined);
  }

  // Async, so that what the transport throws is a rejection.
  async #carry(inner: Transport, message: JSONRPCMessage): Promise<void> {
    await inner.send(message);
  }

  #listenTo(inner: Transport): void {
    inner.onmessage = (message) => {
      if (!this.closed) this.#receive(this.requests.asAsked(message));
    };
    inner.onerror = (error) => {
      if (!this.closed) this.tellError(error);
    };
    inner.onclose = () => {
      if (this.closed) return;
      this.endedByPeer = true;
      this.flush();
      this.#finish();
    };
  }

  #receive(message: JSONRPCMessage): void {
    const kind = this.requests.received(message);
    if (kind === 'late') return;
    this.#rates.faultAfter(message, kind === 'answer' || kind === 'progress');
    if (kind !== 'stray') this.deliver(message);
    else if (!('method' in message)) this.tellError(new StrayAnswerError(message));
  }

  #notOpen(): Error {
    return notSent(new Error(`cannot send: the transport is ${this.#phase}`));
  }

  #finish(): void {
    if (this.closed) return;
    this.#phase = 'closed';
    this.requests.giveUp();
    this.#rates.stop();
    this.tellEnd();
  }
}
