import {
  InsufficientScopeError,
  type JSONRPCMessage,
  type JSONRPCRequest,
  type JSONRPCResponse,
  type MessageExtraInfo,
  StreamableHTTPClientTransport,
  type TransportSendOptions,
  isInitializedNotification,
} from '@modelcontextprotocol/client';
import { AnswerLostError } from './answer-lost.ts';
import type { HttpSession, HttpWire } from './http-wire.ts';
import { isEventStream } from './guarded-fetch.ts';
import { DEFAULT_MAX_MESSAGE_DEPTH, isDeeperThan, tooDeep } from '../transport/message-depth.ts';
import { isIdOf } from '../transport/sent-requests.ts';
import { reconnectionScheduler } from './reconnection.ts';
import { StrayAnswerError } from '../transport/stray-answer-error.ts';

/** The SDK leaves out `undefined` in one of its two types of the same options. */
type SendOptions = Parameters<StreamableHTTPClientTransport['send']>[1];

/** Who is told what comes of an exchange. */
export interface ExchangeListener {
  /** The server has begun a session; told before the answer that it came with. */
  began?(sessionId: string): void;
  message(message: JSONRPCMessage, extra?: MessageExtraInfo): void;
  error(error: Error): void;
  /** Nothing comes any more; called once. */
  over(): void;
}

/**
 * One message to the server, and whatever comes in return. It has an SDK transport of its own, because the SDK shares one
 * signal among all that a transport sends: its listeners would pile up, and no single request could be given up.
 */
export class HttpExchange {
  readonly #wire: HttpWire;
  readonly #session: HttpSession;
  readonly #inner: StreamableHTTPClientTransport;
  readonly #listener: ExchangeListener;
  readonly #abort = new AbortController();
  /** The request that is to be answered; `undefined` where none is. */
  #asked: JSONRPCRequest | undefined;
  /** Whether the SDK goes on to listen to what the server says unasked. */
  #listens = false;
  #answered = false;
  #streams = false;
  #isOver = false;
  #lastError: unknown;
  #settle: (error?: Error) => void = () => undefined;

  constructor(wire: HttpWire, session: HttpSession, listener: ExchangeListener) {
    this.#wire = wire;
    this.#session = session;
    this.#listener = listener;
    const auth = wire.auth?.for(this.#abort.signal);
    this.#inner = new StreamableHTTPClientTransport(wire.url, {
      fetch: this.#fetch,
      reconnectionScheduler,
      ...(session.id !== undefined && { sessionId: session.id }),
      ...(session.version !== undefined && { protocolVersion: session.version }),
      ...(auth && { authProvider: auth }),
    });
    this.#inner.onmessage = this.#receive.bind(this);
    this.#inner.onerror = (error) => {
      this.#lastError = error;
      if (!this.#isOver) listener.error(error);
    };
  }

  /** Sends the message; resolves when it was answered or, where there is nothing to answer, taken. Once only. */
  async post(message: JSONRPCMessage, options: TransportSendOptions = {}): Promise<void> {
    const { requestSignal } = options;
    this.#asked = 'method' in message && 'id' in message ? message : undefined;
    this.#listens = isInitializedNotification(message);
    const giveUp = (): void => {
      this.abort();
    };
    requestSignal?.throwIfAborted();
    requestSignal?.addEventListener('abort', giveUp);
    try {
      await this.#run(() => this.#send(message, this.#carried(message, options)));
    } finally {
      requestSignal?.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the session at the server; resolves when that is done. Once only. */
  terminate(): Promise<void> {
    return this.#run(() => this.#inner.terminateSession());
  }

  /** Gives it up, at once: nothing of it goes on, and nothing is told any more. */
  abort(reason: Error = new Error('the request was given up')): void {
    this.#settle(reason);
    this.#abort.abort(reason);
    this.#end();
    void this.#inner.close();
  }

  #run(send: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (error) => {
        if (error) reject(error);
        else resolve();
      };
      // Sets up its signal before it returns, so that closing it reaches what is sent.
      void this.#inner.start();
      send().then(this.#taken.bind(this), this.#fail.bind(this));
    });
  }

  /** The server has taken the message. An answer in JSON has been delivered by now; that of a stream is still to come. */
  #taken(): void {
    if (this.#asked === undefined) {
      this.#settle();
      if (!this.#listens) this.#end();
    } else if (!this.#streams) {
      this.#streamEnds('the server has taken the request and says nothing');
    }
  }

  async #send(message: JSONRPCMessage, options: TransportSendOptions): Promise<void> {
    try {
      await this.#inner.send(message, options as SendOptions);
    } catch (error) {
      if (!(error instanceof InsufficientScopeError)) throw error;
      if ((await this.#wire.auth?.stepUp(error, this.#abort.signal)) !== true) throw error;
      await this.#inner.send(message, options as SendOptions);
    }
  }

  readonly #fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await this.#wire.fetch(url, init, (fault) => {
      // Not a broken connection, which the SDK may mend by asking for the rest: it would break again.
      if (fault instanceof RangeError) this.#fail(fault);
    });
    if (init?.method === 'POST' && response.ok) this.#streams = isEventStream(response);
    return response;
  };

  #receive(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    if (this.#isOver) return;
    const { maxMessageDepth = DEFAULT_MAX_MESSAGE_DEPTH } = this.#wire.limits;
    if (isDeeperThan(message, maxMessageDepth)) {
      this.#fail(tooDeep(maxMessageDepth));
      return;
    }
    if ('method' in message) this.#tell(message, extra);
    else this.#answer(message, extra);
  }

  #answer(answer: JSONRPCResponse, extra?: MessageExtraInfo): void {
    const asked = this.#asked;
    if (this.#answered || asked === undefined || !isIdOf(answer.id, asked.id)) {
      this.#listener.error(new StrayAnswerError(answer));
      return;
    }
    this.#answered = true;
    const message = answer.id === asked.id ? answer : { ...answer, id: asked.id };
    this.#wire.params.learn(asked, message);
    this.#tell(message, extra);
    this.#settle();
  }

  #tell(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    const { sessionId } = this.#inner;
    if (sessionId !== undefined && sessionId !== this.#session.id) this.#listener.began?.(sessionId);
    this.#listener.message(message, extra);
  }

  /** Without the signal, which is heeded here: the SDK would go on with what has no signal, such as the tokens. */
  #carried(message: JSONRPCMessage, options: TransportSendOptions): TransportSendOptions {
    const ended = (): void => {
      options.onRequestStreamEnd?.();
      this.#streamEnds('the response ended without it');
    };
    const headers = { ...this.#wire.params.of(message), ...options.headers };
    return { ...options, headers, requestSignal: undefined, onRequestStreamEnd: ended };
  }

  #streamEnds(why: string): void {
    if (!this.#answered) this.#settle(new AnswerLostError(this.#wire.target, why, this.#lastError));
    this.#end();
  }

  #fail(error: unknown): void {
    this.abort(error instanceof Error ? error : new Error(String(error)));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.over();
  }
}
