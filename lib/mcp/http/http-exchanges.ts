import {
  type JSONRPCMessage,
  type TransportSendOptions,
  isInitializeRequest,
  isInitializedNotification,
} from '@modelcontextprotocol/client';
import { type ExchangeListener, HttpExchange } from './http-exchange.ts';
import { HttpTalk } from './http-talk.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';

/** How long a server may take to begin a session that nobody wants any more, or to end one, in milliseconds. */
const LEAVE_MS = 1000;
/** Streams whose answer has come and which the server does not end; beyond, the oldest is given up. */
const MOST_LINGERING = 16;

interface PostOptions extends TransportSendOptions {
  /** Whether it is the pool that asks, and no holder of a lease. */
  readonly isOwn?: boolean;
}

/** What one connection has under way. */
export class HttpExchanges {
  readonly #wire: HttpWire;
  readonly #listener: Omit<ExchangeListener, 'over'>;
  readonly #open = new Map<HttpExchange, HttpTalk>();
  readonly #byRequest = new Map<unknown, HttpExchange>();
  // A set keeps the order of insertion.
  readonly #lingering = new Set<HttpExchange>();
  /** What began the session: a server may take the end of its stream for the end of the session. */
  #first: HttpExchange | undefined;
  /** What begins the session. */
  #beginning: { readonly exchange: HttpExchange; readonly posted: Promise<void> } | undefined;
  /** What the server says unasked; one at a time. */
  #listening: HttpExchange | undefined;

  constructor(wire: HttpWire, listener: Omit<ExchangeListener, 'over'>) {
    this.#wire = wire;
    this.#listener = listener;
  }

  /** Posts a message, to the end of it: a request until it is answered. What follows is nobody's where it is the pool's own. */
  async post(message: JSONRPCMessage, session: HttpSession, options: PostOptions = {}): Promise<void> {
    const { isOwn = false, ...given } = options;
    this.#cancel(message);
    const exchange = this.#begin(session);
    const id = 'method' in message && 'id' in message ? message.id : undefined;
    if (id !== undefined) this.#byRequest.set(id, exchange);
    if (isInitializedNotification(message)) this.#listenWith(exchange);
    const posted = exchange.post(message, given);
    if (isInitializeRequest(message)) {
      this.#first = exchange;
      this.#beginning = { exchange, posted };
    }
    try {
      await posted;
    } finally {
      if (this.#beginning?.exchange === exchange) this.#beginning = undefined;
      if (id !== undefined) this.#byRequest.delete(id);
    }
    if (exchange === this.#listening) return;
    if (isOwn && exchange !== this.#first) this.#open.get(exchange)?.leave(exchange);
    else if (this.#open.has(exchange)) this.#linger(exchange);
  }

  /** Nobody hears what follows the answers that have come; streams of requests that are still open go on. */
  endStreams(): void {
    for (const [exchange, talk] of this.#open) {
      if (!talk.isAnswered || exchange === this.#listening) continue;
      if (exchange === this.#first) talk.mute();
      else talk.leave(exchange);
    }
  }

  /** Ends the session at the server, if there is one; resolves when that is done or takes too long, and never rejects. */
  async leave(session: () => HttpSession): Promise<void> {
    if (this.#beginning !== undefined) await within(this.#beginning.exchange, this.#beginning.posted);
    this.abortAll();
    if (session().id === undefined) return;
    const exchange = this.#begin(session());
    // It need not know how to (405), may have ended the session already, or may be gone.
    await within(exchange, exchange.terminate());
  }

  /** Gives up the request of this id. */
  giveUp(id: unknown): void {
    this.#byRequest.get(id)?.abort();
  }

  /** Gives up all but what begins the session, which has to be known to be ended. */
  end(): void {
    for (const exchange of this.#open.keys()) if (exchange !== this.#beginning?.exchange) exchange.abort();
  }

  abortAll(): void {
    for (const exchange of this.#open.keys()) exchange.abort();
  }

  /** A request that is cancelled will have no answer: its stream would stay open for nothing. */
  #cancel(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    this.giveUp(message.params?.['requestId']);
  }

  #begin(session: HttpSession): HttpExchange {
    const talk = new HttpTalk(this.#listener.message);
    const exchange: HttpExchange = new HttpExchange(this.#wire, session, {
      ...this.#listener,
      message: talk.message,
      over: () => {
        talk.end();
        this.#open.delete(exchange);
        this.#lingering.delete(exchange);
      },
    });
    this.#open.set(exchange, talk);
    return exchange;
  }

  #listenWith(exchange: HttpExchange): void {
    this.#listening?.abort();
    this.#listening = exchange;
  }

  #linger(exchange: HttpExchange): void {
    this.#lingering.add(exchange);
    const [oldest] = this.#lingering;
    if (this.#lingering.size > MOST_LINGERING) oldest?.abort();
  }
}

/** Resolves when it is done, however, or takes too long and is given up. */
async function within(exchange: HttpExchange, done: Promise<void>): Promise<void> {
  const timer = setTimeout(() => {
    exchange.abort();
  }, LEAVE_MS);
  try {
    await done;
  } catch {
    // Nobody waits for what comes of it.
  } finally {
    clearTimeout(timer);
  }
}
