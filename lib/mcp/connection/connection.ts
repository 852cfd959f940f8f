import {
  type CallToolRequestOptions,
  type Client,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type PriorDiscovery,
  type Progress,
  type RequestOptions,
  type Result,
} from '@modelcontextprotocol/client';
import {
  Observable,
  ReplaySubject,
  type Subscription,
  type Unsubscribable,
  EMPTY,
  catchError,
  filter,
  of,
  throwError,
} from 'rxjs';
import { LONGEST_TIMER_MS } from '../../base/durations.ts';
import { report } from '../../base/report.ts';
import type { ConnectionInfo } from '../../events/connection-event.ts';
import { ClientMethods } from './client-methods.ts';
import type { McpHandlers } from './handlers.ts';
import { cancelOpenRequests } from './cancel-open-requests.ts';
import type { McpRequestOptions } from './request.ts';
import type { ExchangeClient } from '../client/exchange-client.ts';
import type { ExchangeListener, ResultListener } from '../exchange/exchange.ts';
import { Exchanges } from '../exchange/exchanges.ts';
import type { ToolBook } from '../exchange/tool-book.ts';
import type { ToolListener, ToolParams } from '../exchange/tool-call.ts';
import { type Ask, RequestObservable } from './request-work.ts';
import { whileAnswering } from './while-answering.ts';
import { Relay, type RelayListener } from './relay.ts';
import { openFailure } from './open-failure.ts';
import { ResourceListeners } from './resource-listeners.ts';
import { quarantineEnd } from './quarantine-end.ts';
import { SessionExpiredError } from '../failures/session-expired.ts';
import type { ServerRequests } from './server-requests.ts';
import { serverInfo } from './server-info.ts';
import { isSignOfLife } from './sign-of-life.ts';
import type { ConnectionTransport, McpTransport } from '../transport/transport.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** What a connection consists of. */
interface McpConnectionParts {
  readonly id: number;
  readonly client: ExchangeClient;
  /** The server that the connection leads to. */
  readonly server: McpTransport;
  readonly transport: ConnectionTransport;
  readonly serverRequests: ServerRequests;
  /** What the tools of the server promise of their results. */
  readonly book: ToolBook;
  /** Called at an answer that raises doubt whether the server is still of the modern era; absent where nobody asks. */
  readonly onDoubt?: ((connection: McpConnection) => void) | undefined;
}

/** How long what the server says unasked is still heard when the last who listened has left, in milliseconds. */
const LISTENING_MS = 30_000;

/** What `beginCall` takes. */
type ToolOptions = McpRequestOptions & CallToolRequestOptions;

/** A connection to one MCP server. Whoever gets it from a pool gets it initialised. */
export class McpConnection extends ClientMethods {
  /** The number of the connection in the pool's state and events. */
  readonly id: number;
  /** The SDK's client of this connection, for all that `request` does not cover. */
  readonly client: Client;
  /** Emits once when the connection is gone, with the reason, and completes; replays it to whoever comes later. */
  readonly closed$: Observable<Error>;
  /** The server that the connection leads to. @internal */
  readonly server: McpTransport;
  /** Who listens to resources on it. @internal */
  readonly resources: ResourceListeners;
  readonly #client: ExchangeClient;
  readonly #transport: ConnectionTransport;
  readonly #serverRequests: ServerRequests;
  readonly #closed$ = new ReplaySubject<Error>(1);
  readonly #exchanges: Exchanges;
  readonly #book: ToolBook;
  #initialised = false;
  #failure: Error | undefined;

  constructor({ id, client, server, transport, serverRequests, book, onDoubt }: McpConnectionParts) {
    super();
    this.id = id;
    this.client = client;
    this.#client = client;
    this.server = server;
    this.#transport = transport;
    this.resources = new ResourceListeners(client);
    this.#serverRequests = serverRequests;
    this.#exchanges = new Exchanges(client, transport, { book, onDoubt: onDoubt?.bind(undefined, this) });
    this.#book = book;
    this.closed$ = this.#closed$.asObservable();
  }

  /** Lines skipped so far because they were no messages. */
  get garbageLines(): number {
    return this.#transport.garbageLines;
  }

  /** Answers dropped so far because they came after their request was cancelled or had timed out. */
  get lateAnswers(): number {
    return this.#transport.requests.lateAnswers;
  }

  /**
   * The lines that the server's process writes to its stderr from now on, without what is secret. Completes when the process
   * has ended, and at once where there is none, or its stderr is not piped. Of a line no more than 16 KiB are told.
   */
  get stderr$(): Observable<string> {
    return this.#transport.stderr$ ?? EMPTY;
  }

  /** The transport that carries its messages, and tells how the connection is doing. @internal */
  get transport(): ConnectionTransport {
    return this.#transport;
  }

  /** The server's notifications; completes with the connection. @internal */
  get notifications$(): Observable<JSONRPCNotification> {
    const isOne = (message: JSONRPCMessage): message is JSONRPCNotification =>
      'method' in message && !('id' in message);
    return this.#transport.received$.pipe(filter(isOne));
  }

  /** Whether several may hold it at the same time, so that nobody knows whom the server means. @internal */
  get isShared(): boolean {
    return this.#serverRequests.isShared;
  }

  /** Name, version and protocol of the server, as it told them. @internal */
  get info(): ConnectionInfo {
    return serverInfo(this.client);
  }

  /** The connection behind a view of it: what a lease hands out is a view. @internal */
  get whole(): this {
    return this;
  }

  /** Starts the transport and initialises the connection; rejects with the cause. Once only. @internal */
  async open(prior?: PriorDiscovery): Promise<void> {
    try {
      // The pool decides how long this may take; by itself the SDK would give up after a minute.
      await this.client.connect(this.#transport, { timeout: LONGEST_TIMER_MS, ...(prior && { prior }) });
    } catch (error) {
      throw openFailure(this.#transport, this.server, error);
    }
    this.#initialised = true;
    this.#exchanges.initialised();
    this.#client.carryBy(this.#exchanges, this.#book);
    const isChange = ({ method }: JSONRPCNotification): boolean => method === 'notifications/tools/list_changed';
    this.notifications$.pipe(filter(isChange)).subscribe({ next: this.#book.clear.bind(this.#book), error: report });
    // Not by `client.onclose`, which is the user's to set. It may have ended between the server's last word and this one.
    this.#transport.ended$.subscribe({ error: report, complete: this.#end.bind(this) });
  }

  /**
   * Cold: sends the request on subscription, emits the result as the server sent it and completes. Errors as the SDK's
   * `request` does, or with the reason of an aborted `signal`. Unsubscribing before the result cancels the request at
   * the server (`notifications/cancelled`).
   */
  request(request: McpRequest, options?: McpRequestOptions): Observable<Result> {
    return new RequestObservable((listener) => this.exchange(request, options, listener));
  }

  /** Sends a request, whose outcome is told to the listener; what is returned cancels it. @internal */
  exchange(request: McpRequest, options: McpRequestOptions | undefined, listener: ExchangeListener): Unsubscribable {
    const handlers = options?.handlers;
    if (handlers === undefined) return this.#exchanges.begin(request, options, listener);
    return this.#answering(handlers, listener, (told) => this.#exchanges.begin(request, options, told));
  }

  /** Calls a tool as the SDK's `callTool` does, with the same checks of its result. @internal */
  beginCall(params: ToolParams, options: ToolOptions | undefined, listener: ToolListener): Unsubscribable {
    const handlers = options?.handlers;
    if (handlers === undefined) return this.#client.beginCall(params, options, listener);
    return this.#answering(handlers, listener, (told) => this.#client.beginCall(params, options, told));
  }

  /** As `request`, but emits the progress as it comes, and last the result: all progress is there before it. */
  stream(request: McpRequest, options: McpRequestOptions = {}): Observable<Progress | Result> {
    return new Observable<Progress | Result>((subscriber) => {
      const onprogress = (progress: Progress): void => {
        subscriber.next(progress);
        options.onprogress?.(progress);
      };
      return this.exchange(request, { ...options, onprogress }, subscriber);
    });
  }

  /**
   * Answers what the server asks of whoever holds this connection, until unsubscribed from or checked in. For all that
   * goes through `client`; `request` takes handlers for itself.
   */
  answer(handlers: McpHandlers): Subscription {
    const answering = this.#serverRequests.add(handlers);
    answering.add(this.listen());
    return answering;
  }

  /** Hears what the server says unasked, until the returned function is called. @internal */
  listen(): () => void {
    const leave = this.#transport.listen?.();
    return () => {
      // Not at once: the next holder may listen as well.
      if (leave !== undefined) setTimeout(leave, LISTENING_MS).unref();
    };
  }

  /** Asks for a sign of life, `ping` or in the modern era `server/discover`: any answer is emitted, an error too. */
  check(options?: RequestOptions): Observable<unknown> {
    const method = this.client.getProtocolEra() === 'modern' ? 'server/discover' : 'ping';
    return this.request({ method }, options).pipe(
      catchError((error: unknown) => {
        if (isSignOfLife(error)) return of(error);
        throw error;
      }),
    );
  }

  /**
   * To be called when a lease ends. Completes when the connection may be leased again; `undefined` where that is at
   * once. `ms`: how long answers to cancelled requests are waited for; `Infinity`: not at all. @internal
   */
  quarantine(ms: number): Observable<unknown> | undefined {
    const { failure, requests } = this.#transport;
    this.#serverRequests.clear();
    // The connection is about to end: the next holder could only be told the same.
    if (failure instanceof SessionExpiredError) return throwError(() => failure);
    if (!this.#serverRequests.isShared) cancelOpenRequests(this.client, this.#transport);
    const check = (timeout: number): Observable<unknown> => this.check({ timeout });
    return quarantineEnd({ requests, serverRequests: this.#serverRequests, ms, check });
  }

  /** Ends the connection in good order; resolves when nothing of it is left, socket or process. */
  async close(): Promise<void> {
    // A server that has not answered `initialize` is not closed politely; but over HTTP a session may be about to
    // begin.
    if (this.#initialised) await this.client.close();
    else if (this.server.kind !== 'http') this.#transport.kill();
    // The client knows nothing of a transport that has ended, though its process may still be on its way out.
    await this.#transport.close();
  }

  /** Ends the connection by force, for this reason if one is given; `close` resolves soon after. @internal */
  kill(failure?: Error): void {
    this.#failure = failure;
    this.#transport.kill();
  }

  /** Passes on a request for somebody else; what comes of it is told to the listener as it comes. @internal */
  relay(request: McpRequest, listener: RelayListener, options: RequestOptions = {}): Unsubscribable {
    return new Relay(this.#transport, listener).begin(this.#exchanges, request, options, this.#serverRequests.isShared);
  }

  /** Begins something during which these handlers answer what the server asks. */
  #answering<R>(handlers: McpHandlers, listener: ResultListener<R>, begin: Ask<R>): Unsubscribable {
    const answering = this.answer(handlers);
    return whileAnswering({ answering, opening: this.#transport.opening, listener, begin });
  }

  #end(): void {
    this.#closed$.next(this.#failure ?? this.#transport.failure ?? new Error('the server closed the connection'));
    this.#closed$.complete();
    // Whoever holds the connection has been told why by now, and hears no more of what was open.
    this.#exchanges.lost();
  }
}
