import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { type Observable, Subscription } from 'rxjs';
import { handlerAnswer } from './handler-answer.ts';
import { type Answering, type HandlerContext, type McpHandlers, answering } from './handlers.ts';

/** Who may be asked. */
export interface ServerRequestsOptions {
  /** What the server was promised; whatever else it asks for the SDK refuses. */
  readonly capabilities: ClientCapabilities;
  /** Those of the pool, for a holder who has none of its own. */
  readonly handlers: McpHandlers;
  /** Whether several hold the connection at once: nobody knows whom the server means, so nobody is asked. */
  readonly isShared: boolean;
  /** Whether somebody holds the connection now. */
  readonly isHeld: () => boolean;
}

/**
 * Hands what a server asks to whoever holds its connection, and to nobody else: a question that comes while nobody does is
 * refused. For connections that are not shared, where the holder is who must be meant.
 */
export class ServerRequests {
  readonly #options: ServerRequestsOptions;
  /** Those of the holder; the last one that knows what is asked answers. */
  readonly #holders: McpHandlers[] = [];
  readonly #ended = new AbortController();

  constructor(options: ServerRequestsOptions) {
    this.#options = options;
  }

  /** Sets the handlers of a client that is not yet connected. */
  attach(client: Client): void {
    const { capabilities } = this.#options;
    for (const name of answering) if (capabilities[name] !== undefined) this.#attach(client, name);
    client.setNotificationHandler('notifications/message', ({ params }) => {
      this.#find('log')?.log?.(params);
    });
  }

  /** Lets these answer until unsubscribed from, or until the holder gives the connection back. */
  add(handlers: McpHandlers): Subscription {
    this.#holders.push(handlers);
    return new Subscription(() => {
      const at = this.#holders.lastIndexOf(handlers);
      if (at !== -1) this.#holders.splice(at, 1);
    });
  }

  /** When this emits, the connection is gone, and nobody wants an answer any more. Once only. */
  endWith(closed$: Observable<Error>): void {
    closed$.subscribe({ next: this.#ended.abort.bind(this.#ended), error: () => undefined });
  }

  /** The holder has given the connection back. */
  clear(): void {
    this.#holders.length = 0;
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
    if (this.#options.isShared) throw refused(`a shared connection cannot answer ${name}: nobody knows whom it is for`);
    const handlers = this.#find(name);
    const signals = [question.signal, this.#ended.signal];
    const answer =
      handlers && (await handlerAnswer({ name, client, signals, ask: (context) => ask(handlers, context) }));
    if (answer === undefined) throw refused(`nobody answers ${name} now`);
    return answer;
  }

  /** Of the holder's handlers the last, else the pool's. Which directories there are does not depend on the holder. */
  #find(name: keyof McpHandlers): McpHandlers | undefined {
    const { isHeld, isShared, handlers } = this.#options;
    const held = isShared ? undefined : this.#holders.findLast((own) => own[name] !== undefined);
    if (held !== undefined && isHeld()) return held;
    const isForAnybody = name === 'roots' || name === 'log' || isHeld();
    return handlers[name] !== undefined && isForAnybody ? handlers : undefined;
  }
}

type Ask<T> = (handlers: McpHandlers, context: HandlerContext) => T | Promise<T> | undefined;

function refused(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.MethodNotFound, message);
}
