import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type ClientCapabilities,
  type Implementation,
  type JSONRPCResponse,
  PROTOCOL_VERSION_META_KEY,
  type RequestOptions,
  type Result,
  SdkError,
  SdkErrorCode,
} from '@modelcontextprotocol/client';
import { Deadlines } from '../../base/deadlines.ts';
import { LONGEST_TIMER_MS } from '../../base/durations.ts';
import { follow } from '../../base/on-abort.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { notSent, outlasting } from '../transport/sent-requests.ts';
import type { ConnectionTransport } from '../transport/transport.ts';
import { TELLING, errorIn, legacyResult, modernKind, withoutType } from './answer.ts';
import { Exchange, type ExchangeHost, type ExchangeListener } from './exchange.ts';
import { requestText } from './request-text.ts';
import type { ToolBook } from './tool-book.ts';

/** The SDK's client of the connection, which does the rest. */
export interface SdkSide {
  /** Who the client says it is, and what it can be asked; in the modern era this goes with each request. */
  readonly announced: { readonly clientInfo: Implementation; readonly capabilities: ClientCapabilities };
  getProtocolEra(): string | undefined;
  getNegotiatedProtocolVersion(): string | undefined;
  /** Why a request of this method is not sent; `undefined` where it is. */
  refusalOf(method: string): Error | undefined;
  /** Sends a request as the SDK does, and resolves with its result as the server sent it. */
  requestBySdk(request: McpRequest, options: RequestOptions): Promise<Result>;
}

/** Who learns from what servers answer. */
interface ExchangeFollowers {
  readonly book: ToolBook;
  /** Called when a server that was a modern one gives an answer that an old one would give. */
  readonly onDoubt: (() => void) | undefined;
}

const NO_OPTIONS: RequestOptions = {};

/**
 * The exchanges of one connection: each is a request, and what belongs to it until its answer. They take place on the same
 * transport as the SDK's client, which keeps what happens once: the handshake, notifications and subscriptions.
 */
export class Exchanges implements ExchangeHost {
  readonly #sdk: SdkSide;
  readonly #transport: ConnectionTransport;
  readonly #followers: ExchangeFollowers;
  readonly #deadlines = new Deadlines<Exchange>((expired) => {
    for (const exchange of expired) exchange.expire();
  });
  /** The version of the modern era; `undefined` in the legacy one. */
  #version: string | undefined;
  #envelope = '';

  constructor(sdk: SdkSide, transport: ConnectionTransport, followers: ExchangeFollowers) {
    this.#sdk = sdk;
    this.#transport = transport;
    this.#followers = followers;
  }

  /** To be called when the connection is initialised, and its era known. */
  initialised(): void {
    if (this.#sdk.getProtocolEra() !== 'modern') return;
    const { clientInfo, capabilities } = this.#sdk.announced;
    this.#version = this.#sdk.getNegotiatedProtocolVersion();
    const envelope = {
      [PROTOCOL_VERSION_META_KEY]: this.#version,
      [CLIENT_INFO_META_KEY]: clientInfo,
      [CLIENT_CAPABILITIES_META_KEY]: capabilities,
    };
    this.#envelope = JSON.stringify(envelope).slice(1, -1);
  }

  /** Sends a request; never throws. The listener may be told before this returns. */
  begin(request: McpRequest, options: RequestOptions | undefined, listener: ExchangeListener): Exchange {
    const now = performance.now();
    const exchange = this.#make(request, options ?? NO_OPTIONS, listener, now);
    const text = this.#textOf(exchange);
    if (exchange.isOver || text === undefined) return exchange;
    this.time(exchange, now);
    this.#transport.carry(exchange, text);
    return exchange;
  }

  /** To be called when the connection has ended, after whoever holds it was told why. */
  lost(): void {
    this.#deadlines.clear();
    const error = (): SdkError => new SdkError(SdkErrorCode.ConnectionClosed, 'Connection closed');
    for (const request of this.#transport.requests.told) request.fail(error());
  }

  time(exchange: Exchange, now: number): void {
    const { timeoutMs } = exchange;
    this.#deadlines.remove(exchange);
    // What no timer can hold means that there is no limit; `NaN` too.
    if (!(timeoutMs <= LONGEST_TIMER_MS)) return;
    const ms = Math.max(1, timeoutMs);
    exchange.deadline = now + ms;
    this.#deadlines.add(exchange, ms);
  }

  untime(exchange: Exchange): void {
    this.#deadlines.remove(exchange);
  }

  ended({ id }: Exchange): void {
    this.#transport.requests.ended(id);
  }

  cancelled({ id, carrier }: Exchange, reason: string): void {
    if (this.#version !== undefined && carrier !== undefined) {
      // The end of its stream tells the server as well.
      this.#transport.requests.ended(id);
      carrier.abort();
      return;
    }
    const params = { requestId: id, reason, ...(this.#envelope !== '' && { _meta: this.#meta }) };
    // When this cannot be sent, the connection is about to end anyway.
    this.#transport.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params }).catch(() => undefined);
    carrier?.abort();
  }

  judge(exchange: Exchange, answer: JSONRPCResponse): void {
    const { listener, method } = exchange;
    const error = errorIn(answer, method);
    if (error !== undefined) this.#doubtIf(TELLING.includes((error as { readonly code?: unknown }).code));
    if (listener.raw !== undefined) listener.raw(answer);
    else if (error !== undefined) listener.error(error);
    else if (this.#version === undefined)
      this.#tell(listener, method, legacyResult((answer as { readonly result?: unknown }).result, method));
    else this.#judgeModern(exchange, (answer as { readonly result: Result }).result);
  }

  #judgeModern(exchange: Exchange, result: Result): void {
    const { listener, method } = exchange;
    const kind = modernKind(result, method);
    if (kind === 'input required') this.#bySdk(exchange, result);
    else if (kind === 'complete') this.#tell(listener, method, withoutType(result));
    else {
      this.#doubtIf((Object(result) as Result)['resultType'] === undefined);
      listener.error(kind);
    }
  }

  #tell(listener: ExchangeListener, method: string, result: Result | Error): void {
    if (result instanceof Error) {
      listener.error(result);
      return;
    }
    if (method === 'tools/list') this.#followers.book.learn(result);
    listener.next(result);
    listener.complete?.();
  }

  #doubtIf(isDoubtful: boolean): void {
    if (isDoubtful && this.#version !== undefined) this.#followers.onDoubt?.();
  }

  #make(request: McpRequest, options: RequestOptions, listener: ExchangeListener, now: number): Exchange {
    const { requests } = this.#transport;
    const outlasts = requests.isOwnNow || outlasting.has(request.method);
    const parts = { host: this, id: requests.nextId(), request, options, listener, version: this.#version, outlasts };
    const exchange = new Exchange(parts, now);
    requests.begun(exchange);
    const refusal = this.#sdk.refusalOf(request.method);
    if (options.signal?.aborted === true) exchange.fail(options.signal.reason);
    else if (refusal !== undefined) exchange.fail(notSent(refusal));
    else if (this.#transport.closed) exchange.fail(notSent(new SdkError(SdkErrorCode.NotConnected, 'Not connected')));
    return exchange;
  }

  /** The text of its message; `undefined` when JSON refuses the parameters, and then it has failed. */
  #textOf(exchange: Exchange): string | undefined {
    const { id, options, request } = exchange;
    const wantsProgress = options.onprogress !== undefined || options.resetTimeoutOnProgress === true;
    try {
      return requestText(request, { id, wantsProgress, envelope: this.#envelope });
    } catch (error) {
      exchange.fail(error);
      return undefined;
    }
  }

  get #meta(): Record<string, unknown> {
    return JSON.parse(`{${this.#envelope}}`) as Record<string, unknown>;
  }

  /**
   * Has the SDK go on from an answer that is a question: it asks the handlers, and sends the request again with what they
   * say, as often as the server asks.
   */
  #bySdk(exchange: Exchange, result: Result): void {
    const { listener, options, request } = exchange;
    const abort = new AbortController();
    exchange.afterwards = abort;
    const unfollow = options.signal && follow(options.signal, abort);
    const send = (): Promise<Result> => this.#sdk.requestBySdk(request, { ...options, signal: abort.signal });
    this.#transport.replaying(result, send).then(
      (last) => {
        unfollow?.();
        this.#tell(listener, request.method, last);
      },
      (error: unknown) => {
        unfollow?.();
        listener.error(options.signal?.aborted === true ? options.signal.reason : error);
      },
    );
  }
}
