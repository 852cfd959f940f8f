import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { Subscription } from 'rxjs';
import { type Answering, type McpHandlers, answering } from './handlers.ts';

/** Who may be asked. */
export interface ServerRequestsOptions {
  /** What the server was promised; whatever else it asks for the SDK refuses. */
  readonly capabilities: ClientCapabilities;
  /** Those of the pool, for a holder who has none of its own. */
  readonly handlers: McpHandlers;
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

  /** The holder has given the connection back. */
  clear(): void {
    this.#holders.length = 0;
  }

  #attach(client: Client, name: Answering): void {
    switch (name) {
      case 'sampling':
        client.setRequestHandler('sampling/createMessage', ({ params }, { mcpReq: { signal } }) =>
          this.#answer(name, (handlers) => handlers.sampling?.(params, { signal })),
        );
        return;
      case 'elicitation':
        client.setRequestHandler('elicitation/create', ({ params }, { mcpReq: { signal } }) =>
          this.#answer(name, (handlers) => handlers.elicitation?.(params, { signal })),
        );
        return;
      case 'roots':
        client.setRequestHandler('roots/list', (_, { mcpReq: { signal } }) =>
          this.#answer(name, (handlers) => handlers.roots?.({ signal })),
        );
    }
  }

  #answer<T>(name: Answering, ask: (handlers: McpHandlers) => T | Promise<T> | undefined): T | Promise<T> {
    const handlers = this.#find(name);
    const answer = handlers && ask(handlers);
    if (answer === undefined) throw new ProtocolError(ProtocolErrorCode.MethodNotFound, `nobody answers ${name} now`);
    return answer;
  }

  /** Of the holder's handlers the last, else the pool's. Which directories there are does not depend on the holder. */
  #find(name: keyof McpHandlers): McpHandlers | undefined {
    const { isHeld, handlers } = this.#options;
    const held = this.#holders.findLast((own) => own[name] !== undefined);
    if (held !== undefined && isHeld()) return held;
    const isForAnybody = name === 'roots' || name === 'log' || isHeld();
    return handlers[name] !== undefined && isForAnybody ? handlers : undefined;
  }
}
