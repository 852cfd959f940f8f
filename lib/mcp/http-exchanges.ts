import {
  type JSONRPCMessage,
  type TransportSendOptions,
  isInitializedNotification,
} from '@modelcontextprotocol/client';
import { type ExchangeListener, HttpExchange } from './http-exchange.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';

/** How long a server may take to end a session, in milliseconds. */
const leaveMs = 1000;
/** Streams whose answer has come and which the server does not end; beyond, the oldest is given up. */
const mostLingering = 16;

/** What one connection has under way. */
export class HttpExchanges {
  readonly #wire: HttpWire;
  readonly #listener: Omit<ExchangeListener, 'over'>;
  readonly #open = new Set<HttpExchange>();
  readonly #byRequest = new Map<unknown, HttpExchange>();
  // A set keeps the order of insertion.
  readonly #lingering = new Set<HttpExchange>();
  /** What the server says unasked; one at a time. */
  #listening: HttpExchange | undefined;

  constructor(wire: HttpWire, listener: Omit<ExchangeListener, 'over'>) {
    this.#wire = wire;
    this.#listener = listener;
  }

  /** Posts a message, to the end of it: a request until it is answered. */
  async post(message: JSONRPCMessage, session: HttpSession, options?: TransportSendOptions): Promise<void> {
    this.#cancel(message);
    const exchange = this.#begin(session);
    const id = 'method' in message && 'id' in message ? message.id : undefined;
    if (id !== undefined) this.#byRequest.set(id, exchange);
    if (isInitializedNotification(message)) this.#listenWith(exchange);
    try {
      await exchange.post(message, options);
    } finally {
      if (id !== undefined) this.#byRequest.delete(id);
    }
    if (this.#open.has(exchange) && exchange !== this.#listening) this.#linger(exchange);
  }

  /** Ends the session at the server, if there is one; resolves when that is done or takes too long, and never rejects. */
  async leave(session: HttpSession): Promise<void> {
    if (session.id === undefined) return;
    const exchange = this.#begin(session);
    const timer = setTimeout(() => {
      exchange.abort();
    }, leaveMs);
    try {
      await exchange.terminate();
    } catch {
      // It need not know how to (405), may have ended the session already, or may be gone.
    } finally {
      clearTimeout(timer);
    }
  }

  abortAll(): void {
    for (const exchange of this.#open) exchange.abort();
  }

  /** A request that is cancelled will have no answer: its stream would stay open for nothing. */
  #cancel(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    this.#byRequest.get(message.params?.['requestId'])?.abort();
  }

  #begin(session: HttpSession): HttpExchange {
    const exchange: HttpExchange = new HttpExchange(this.#wire, session, {
      ...this.#listener,
      over: () => {
        this.#open.delete(exchange);
        this.#lingering.delete(exchange);
      },
    });
    this.#open.add(exchange);
    return exchange;
  }

  #listenWith(exchange: HttpExchange): void {
    this.#listening?.abort();
    this.#listening = exchange;
  }

  #linger(exchange: HttpExchange): void {
    this.#lingering.add(exchange);
    const [oldest] = this.#lingering;
    if (this.#lingering.size > mostLingering) oldest?.abort();
  }
}
