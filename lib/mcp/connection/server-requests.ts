import type { AsyncResource } from 'node:async_hooks';
import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { type Observable, Subscription } from 'rxjs';
import { currentContext } from '../../base/async-context.ts';
import { handlerAnswer } from './handler-answer.ts';
import { type Answering, type HandlerContext, type McpHandlers, answering } from './handlers.ts';

/** Who may be asked. */
export interface ServerRequestsOptions {
  /** What the server was promised; whatever else it asks for the SDK refuses. */
  readonly capabilities: ClientCapabilities;
  /** Those of the pool, for a holder who has none of its own. */
  readonly handlers: McpHandlers;
  /** Whether somebody holds the connection now, or it is in quarantine. */
  readonly isHeld: () => boolean;
  /** Whether several may hold it, so that nobody knows whom the server means. */
  readonly isShared: boolean;
}

/** Who answers, in the asynchronous context in which they were given. */
interface Answerer {
  readonly handlers: McpHandlers;
  readonly context: AsyncResource;
}

/**
 * Hands what a server asks to whoever holds its connection, and to nobody else: a question that comes while nobody does is
 * refused. For connections that are not shared, where the holder is who must be meant.
 */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  /** For a holder who has none of its own. */
  readonly #pool: Answerer;
  /** Those of the holder; the last one that knows what is asked answers. */
  readonly #holders: Answerer[] = [];
  /** Aborted when the connection is gone. */
  readonly #gone = new AbortController();
  /** Leases that have ended. */
  #ended = 0;
  #isQuarantined = false;
  /** Whether the SDK may still be about to tell what came under the lease that has just ended. */
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
   * Lets these answer until unsubscribed from, or until the holder gives the connection back. Throws where that has
   * happened already, for they would hear the next holder's, and a `TypeError` where the connection is shared.
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

  /** When this emits, the connection is gone, and nobody wants an answer any more. Once only. */
  endWith(closed$: Observable<Error>): void {
    closed$.subscribe({ next: this.#gone.abort.bind(this.#gone), error: () => undefined });
  }

  /** The holder has given the connection back. */
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

  /** Nobody holds it while the quarantine lasts. */
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
    // In the modern era the answer leads to one more request, which would go out under somebody else's lease.
    if (answer === undefined || ended !== this.#ended) throw refused(`nobody answers ${name} now`);
    return answer;
  }

  /** Of the holder's handlers the last, else the pool's. Which directories there are does not depend on the holder. */
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
