import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { type Observable, Subscription } from 'rxjs';
import { type AsyncContext, currentContext } from '../../base/async-context.ts';
import { handlerAnswer } from './handler-answer.ts';
import { type Answering, type HandlerContext, type McpHandlers, answering } from './handlers.ts';

/** Who answers what a server asks, and when. */
interface ServerRequestsOptions {
  /** The capabilities that the server was told of; the SDK refuses whatever else it asks for. */
  readonly capabilities: ClientCapabilities;
  /** The pool's handlers, for a holder who has none of its own. */
  readonly handlers: McpHandlers;
  /** Whether somebody holds the connection now, or it is in quarantine. */
  readonly isHeld: () => boolean;
  /** Whether several may hold it, so that nobody knows whom the server means. */
  readonly isShared: boolean;
}

/** Handlers, and the asynchronous context in which they were given: they are called in it. */
interface Answerer {
  readonly handlers: McpHandlers;
  readonly context: AsyncContext;
}

/**
 * Passes what a server asks to the holder of its connection, and to nobody else: while nobody holds the connection,
 * questions are refused. Where several hold a connection all questions are refused, because nobody knows which of them
 * the server means.
 */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  /** The pool's handlers, for a holder who has none of its own. */
  readonly #pool: Answerer;
  /** The handlers of the holder; the latest of them that can answer a question does. */
  readonly #holders: Answerer[] = [];
  /** Aborted when the connection is gone. */
  readonly #gone = new AbortController();
  /** How many leases have ended so far. */
  #ended = 0;
  #isQuarantined = false;
  /** Whether the SDK may still deliver what came during the lease that has just ended. */
  #isSettling = false;

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
    this.#pool = { handlers: options.handlers, context: currentContext() };
  }

  /** Sets the handlers of a client that is not yet connected. */
  attach(client: Client): void {
    const { capabilities } = this.#options;
    for (const name of answering) if (capabilities[name] !== undefined) this.#attach(client, name);
    client.setNotificationHandler('notifications/message', ({ params }) => {
      const found = this.#find('log');
      found?.context.runInAsyncScope(() => found.handlers.log?.(params));
    });
  }

  /** Whether several may hold the connection. */
  get isShared(): boolean {
    return this.#options.isShared;
  }

  /**
   * Lets these handlers answer until unsubscribed from, or until the holder gives the connection back. Throws an error
   * when that has happened already, since they would be asked for the next holder, and a `TypeError` where the
   * connection is shared.
   */
  add(handlers: McpHandlers): Subscription {
    if (this.isShared) throw new TypeError('a shared connection has no handlers: nobody knows whom the server means');
    if (!this.#isHeld) throw new Error('handlers are for whoever holds the connection, and nobody does');
    const holder = { handlers, context: currentContext() };
    this.#holders.push(holder);
    return new Subscription(() => {
      const at = this.#holders.indexOf(holder);
      if (at !== -1) this.#holders.splice(at, 1);
    });
  }

  /** Ends all questions when this emits, because the connection is gone then. To be called once. */
  endWith(closed$: Observable<Error>): void {
    closed$.subscribe({ next: this.#gone.abort.bind(this.#gone), error: () => undefined });
  }

  /** To be called when the holder has given the connection back. */
  clear(): void {
    this.#ended++;
    this.#holders.length = 0;
    if (this.#isSettling || this.isShared) return;
    this.#isSettling = true;
    // The SDK tells what has come a few microtasks later; a tick that is asked for in one follows all of them, and comes
    // before anything that the next holder is told.
    queueMicrotask(() => {
      process.nextTick(() => (this.#isSettling = false));
    });
  }

  /** To be called when a quarantine begins and ends: while it lasts nobody holds the connection. */
  quarantine(lasts: boolean): void {
    this.#isQuarantined = lasts;
  }

  get #isHeld(): boolean {
    return !this.#isQuarantined && this.#options.isHeld();
  }

  #attach(client: Client, name: Answering): void {
    switch (name) {
      case 'sampling':
        client.setRequestHandler('sampling/createMessage', ({ params }, { mcpReq }) =>
          this.#answer(client, name, mcpReq, (handlers, context) => handlers.sampling?.(params, context)),
        );
        return;
      case 'elicitation':
        client.setRequestHandler('elicitation/create', ({ params }, { mcpReq }) =>
          this.#answer(client, name, mcpReq, (handlers, context) => handlers.elicitation?.(params, context)),
        );
        return;
      case 'roots':
        client.setRequestHandler('roots/list', (_, { mcpReq }) =>
          this.#answer(client, name, mcpReq, (handlers, context) => handlers.roots?.(context)),
        );
    }
  }

  async #answer<T>(client: Client, name: Answering, question: HandlerContext, ask: Ask<T>): Promise<T> {
    if (this.isShared) throw refused(`a shared connection cannot answer ${name}: nobody knows whom it is for`);
    const found = this.#find(name);
    const ended = this.#ended;
    const signals = [question.signal, this.#gone.signal];
    const answer =
      found &&
      (await handlerAnswer({
        name,
        client,
        signals,
        ask: (about) => found.context.runInAsyncScope(ask, undefined, found.handlers, about),
      }));
    // In the modern era the answer is sent with one more request, and that would go out under somebody else's lease.
    if (answer === undefined || ended !== this.#ended) throw refused(`nobody answers ${name} now`);
    return answer;
  }

  /**
   * The holder's latest handler of this kind, or the pool's. `roots` and `log` of the pool are also for times without a
   * holder.
   */
  #find(name: keyof McpHandlers): Answerer | undefined {
    const held = this.#holders.findLast(({ handlers }) => handlers[name] !== undefined);
    const isHeld = this.#isHeld && !this.#isSettling;
    if (held !== undefined && isHeld) return held;
    const isForAnybody = name === 'roots' || name === 'log' || isHeld;
    return this.#pool.handlers[name] !== undefined && isForAnybody ? this.#pool : undefined;
  }
}

type Ask<T> = (handlers: McpHandlers, context: HandlerContext) => T | Promise<T> | undefined;

function refused(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.MethodNotFound, message);
}
