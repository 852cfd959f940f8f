import {
  type JSONRPCMessage,
  PROTOCOL_VERSION_META_KEY,
  type TransportSendOptions,
  isInitializeRequest,
} from '@modelcontextprotocol/client';
import { type AsyncContext, currentContext } from '../../base/async-context.ts';
import { headersOfOne } from './headers.ts';
import { HttpExchange } from './http-exchange.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { OpenExchanges } from './open-exchanges.ts';
import type { ExchangeListener, OpenExchange, Outgoing } from './outgoing.ts';
import type { CarriedRequest } from '../transport/carried-request.ts';
import type { ParamHeaders } from '../transport/param-headers.ts';

/** How long a server may take to begin a session that nobody wants any more, or to end one, in milliseconds. */
const LEAVE_MS = 1000;
/** Streams whose answer has come and which the server does not end; beyond, the oldest is given up. */
const MOST_LINGERING = 16;

interface PostOptions extends TransportSendOptions {
  readonly isOwn?: boolean;
  readonly isAgain?: boolean;
}

/** What one connection has under way, but for the stream on which the server says what nobody asked for. */
export class HttpExchanges {
  readonly #wire: HttpWire;
  readonly #listener: ExchangeListener;
  readonly #open = new OpenExchanges();
  readonly #byRequest = new Map<unknown, HttpExchange>();
  /** Those whose answer has come, and whose stream goes on; the first is the oldest. */
  readonly #lingering: OpenExchange[] = [];
  /** What began the session: a server may take the end of its stream for the end of the session. */
  #first: HttpExchange | undefined;
  /** What begins the session. */
  #beginning: { readonly exchange: HttpExchange; readonly posted: Promise<void> } | undefined;

  constructor(wire: HttpWire, listener: Pick<ExchangeListener, 'began' | 'message' | 'error'>) {
    this.#wire = wire;
    this.#listener = {
      ...listener,
      lingers: this.#linger.bind(this),
      over: (exchange) => {
        this.#open.delete(exchange);
        const at = this.#lingering.indexOf(exchange);
        if (at !== -1) this.#lingering.splice(at, 1);
      },
    };
  }

  /** Begins an exchange. */
  begin(session: HttpSession, out: Outgoing): HttpExchange {
    const exchange = this.#add(session, out);
    exchange.begin();
    return exchange;
  }

  /** Posts a request that goes past the SDK's client. */
  carry(request: CarriedRequest, session: HttpSession, given: Pick<Outgoing, 'text' | 'isAgain' | 'done'>): void {
    const { id, method, outlasts: isOwn } = request;
    const headers = headersOfOne(request, this.#wire.params);
    const isModern = request.version !== undefined;
    const { text, isAgain, done } = given;
    const replaces = request.headers !== undefined;
    const out = { verb: 'POST', text, id, method, headers, replaces, isModern, isOwn, isAgain, done } as const;
    const exchange = this.#add(session, out);
    // Before it begins, for it may fail at once.
    request.carrier = exchange;
    exchange.begin();
  }

  /** Posts a message of the SDK's client; resolves when it was answered or, where nothing is asked, taken. */
  async post(message: JSONRPCMessage, session: HttpSession, options: PostOptions = {}): Promise<void> {
    const { requestSignal } = options;
    this.#cancel(message);
    requestSignal?.throwIfAborted();
    const { exchange, posted } = this.#posted(message, session, options);
    const isRequest = 'method' in message && 'id' in message;
    if (isRequest) this.#byRequest.set(message.id, exchange);
    const giveUp = (): void => {
      exchange.abort();
    };
    requestSignal?.addEventListener('abort', giveUp);
    if (isInitializeRequest(message)) {
      this.#first = exchange;
      this.#beginning = { exchange, posted };
    }
    try {
      await posted;
    } finally {
      requestSignal?.removeEventListener('abort', giveUp);
      if (this.#beginning?.exchange === exchange) this.#beginning = undefined;
      if (isRequest) this.#byRequest.delete(message.id);
    }
  }

  /** Nobody hears what follows the answers that have come; streams of requests that are still open go on. */
  endStreams(): void {
    for (const exchange of this.#open.all) {
      if (!exchange.isAnswered) continue;
      if (exchange === this.#first) exchange.mute();
      else exchange.leave();
    }
  }

  /** Ends the session at the server, if there is one; resolves when that is done or takes too long, and never rejects. */
  async leave(session: () => HttpSession): Promise<void> {
    if (this.#beginning !== undefined) await within(this.#beginning.exchange, this.#beginning.posted);
    this.abortAll();
    if (session().id === undefined) return;
    let exchange: HttpExchange | undefined;
    const ended = new Promise<void>((resolve) => {
      const done = (): void => {
        resolve();
      };
      exchange = this.begin(session(), { verb: 'DELETE', done });
    });
    // It need not know how to (405), may have ended the session already, or may be gone.
    await within(exchange, ended);
  }

  /** Gives up the request of this id. */
  giveUp(id: unknown): void {
    this.#byRequest.get(id)?.abort();
  }

  /** Gives up all but what begins the session, which has to be known to be ended. */
  end(): void {
    for (const exchange of this.#open.all) if (exchange !== this.#beginning?.exchange) exchange.abort();
  }

  abortAll(): void {
    for (const exchange of this.#open.all) exchange.abort();
  }

  /** A request that is cancelled will have no answer: its stream would stay open for nothing. */
  #cancel(message: JSONRPCMessage): void {
    if (!('method' in message) || message.method !== 'notifications/cancelled') return;
    this.giveUp(message.params?.['requestId']);
  }

  #posted(
    message: JSONRPCMessage,
    session: HttpSession,
    options: PostOptions,
  ): { readonly exchange: HttpExchange; readonly posted: Promise<void> } {
    const { isOwn = false, isAgain = false, onRequestStreamEnd, resumptionToken, onresumptiontoken } = options;
    // Code of the user runs in the context of whoever sends the message, and not in that of the socket.
    const context = currentContext();
    let settle: Outgoing['done'] = () => undefined;
    const posted = new Promise<void>((resolve, reject) => {
      settle = (error) => {
        if (error) reject(error);
        else resolve();
      };
    });
    const text = JSON.stringify(message);
    const out = {
      ...{ ...describe(message, options, this.#wire.params), text, isOwn, isAgain, done: settle },
      ...(resumptionToken !== undefined && { verb: 'GET' as const, lastEventId: resumptionToken }),
      ...(onresumptiontoken && { named: context.runInAsyncScope.bind(context, onresumptiontoken, undefined) }),
      ...(onRequestStreamEnd && { streamEnded: onRequestStreamEnd }),
    };
    const exchange = this.#add(session, out, context);
    exchange.begin();
    return { exchange, posted };
  }

  #add(session: HttpSession, out: Outgoing, context?: AsyncContext): HttpExchange {
    const exchange = new HttpExchange(
      this.#wire,
      session,
      context ? tellingIn(context, this.#listener) : this.#listener,
      out,
    );
    this.#open.add(exchange);
    return exchange;
  }

  #linger(exchange: OpenExchange): void {
    if (exchange.out.isOwn === true && exchange !== this.#first) {
      exchange.leave();
      return;
    }
    this.#lingering.push(exchange);
    if (this.#lingering.length > MOST_LINGERING) this.#lingering[0]?.abort();
  }
}

/** The same listener, which is told in this context. */
function tellingIn(context: AsyncContext, listener: ExchangeListener): ExchangeListener {
  return {
    ...listener,
    message: (message) => {
      context.runInAsyncScope(listener.message, undefined, message);
    },
    error: (error) => {
      context.runInAsyncScope(listener.error, undefined, error);
    },
  };
}

/** What is known of a message beside its text. */
function describe(message: JSONRPCMessage, { headers }: PostOptions, params: ParamHeaders): Omit<Outgoing, 'done'> {
  if (!('method' in message)) return { verb: 'POST' };
  const { method } = message;
  const id = 'id' in message ? message.id : undefined;
  const version = id === undefined ? undefined : message.params?._meta?.[PROTOCOL_VERSION_META_KEY];
  const isModern = typeof version === 'string';
  const own = headersOfOne(
    { method, params: message.params, headers, version: isModern ? version : undefined },
    params,
  );
  return { verb: 'POST', id, method, headers: own, replaces: headers !== undefined, isModern };
}

/** Resolves when it is done, however, or takes too long and is given up. */
async function within(exchange: HttpExchange | undefined, done: Promise<void>): Promise<void> {
  const timer = setTimeout(() => {
    exchange?.abort();
  }, LEAVE_MS);
  try {
    await done;
  } catch {
    // Nobody waits for what comes of it.
  } finally {
    clearTimeout(timer);
  }
}
