import type { Client, Progress, RequestOptions, Result } from '@modelcontextprotocol/client';
import { type Observable, type Subscription, defer } from 'rxjs';
import type { ConnectionInfo } from '../../events/connection-event.ts';
import type { Loan } from '../../base/loan.ts';
import { McpConnection } from '../connection/connection.ts';
import type { McpHandlers } from '../connection/handlers.ts';
import { LeaseTerm } from './lease-term.ts';
import { lentClient } from './lent-client.ts';
import { LentRequest } from './lent-request.ts';
import { LentResources } from './lent-resources.ts';
import { layersAt } from '../client/layered-client.ts';
import type { McpRequestOptions } from '../connection/request.ts';
import { RequestObservable } from '../connection/request-work.ts';
import type { McpTransport } from '../transport/transport.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** The members of a connection that are for its holder. The others are the pool's, which asks for the `whole`. */
type Lendable = Pick<
  McpConnection,
  | 'answer'
  | 'check'
  | 'client'
  | 'close'
  | 'closed$'
  | 'garbageLines'
  | 'id'
  | 'info'
  | 'lateAnswers'
  | 'request'
  | 'server'
  | 'stderr$'
  | 'stream'
  | 'whole'
>;

/** Lends a connection for one lease. */
export function lend(whole: McpConnection): Loan<McpConnection> {
  const term = new LeaseTerm(whole.id);
  const connection: Lendable = new LentConnection(whole, term);
  return {
    connection: connection as McpConnection,
    end: () => {
      term.end(whole.transport.closed);
    },
  };
}

/**
 * A connection as it is handed out for one lease. What is asked of it, and is not answered when the lease ends, is
 * cancelled at the server and fails with `POOL_LEASE_ENDED`; so does, or throws, whatever is asked later.
 */
class LentConnection implements Lendable {
  readonly id: number;
  readonly #whole: McpConnection;
  readonly #term: LeaseTerm;
  #client: Client | undefined;
  #resources: LentResources | undefined;

  constructor(whole: McpConnection, term: LeaseTerm) {
    this.id = whole.id;
    this.#whole = whole;
    this.#term = term;
  }

  get whole(): McpConnection {
    return this.#whole;
  }

  get client(): Client {
    this.#client ??= this.#lentClient();
    return this.#client;
  }

  get closed$(): Observable<Error> {
    return this.#whole.closed$;
  }

  get server(): McpTransport {
    return this.#whole.server;
  }

  get info(): ConnectionInfo {
    return this.#whole.info;
  }

  get garbageLines(): number {
    return this.#whole.garbageLines;
  }

  get lateAnswers(): number {
    return this.#whole.lateAnswers;
  }

  /** Completes with the lease: what the server writes then may be about somebody else's requests. */
  get stderr$(): Observable<string> {
    return this.#term.during(this.#whole.stderr$);
  }

  request(request: McpRequest, options?: McpRequestOptions): Observable<Result> {
    return new RequestObservable((listener) =>
      new LentRequest(this.#term, listener).begin((told) => {
        this.#note(request);
        return this.#whole.exchange(request, options, told);
      }),
    );
  }

  stream(request: McpRequest, options?: McpRequestOptions): Observable<Progress | Result> {
    return this.#term.within(
      defer(() => {
        this.#note(request);
        return this.#whole.stream(request, options);
      }),
    );
  }

  answer(handlers: McpHandlers): Subscription {
    this.#term.check();
    const answering = this.#whole.answer(handlers);
    this.#term.whenOver(answering.unsubscribe.bind(answering));
    return answering;
  }

  check(options?: RequestOptions): Observable<unknown> {
    return this.#term.within(this.#whole.check(options));
  }

  close(): Promise<void> {
    return this.#term.call({ begin: () => this.#whole.close() });
  }

  #lentClient(): Client {
    const { client } = this.#whole;
    this.#term.whenOver(() => {
      layersAt(client).drop(this.#term);
    });
    const term = this.#term;
    let isListening = false;
    const listen = (): void => {
      if (!isListening) term.whenOver(this.#whole.listen());
      isListening = true;
    };
    return lentClient({ client, term, resources: this.#lentResources, listen });
  }

  /** Notes a request about resources, which is about to be sent. */
  #note(request: McpRequest): void {
    if (LentResources.areMeantBy(request)) this.#lentResources.sent(request);
  }

  get #lentResources(): LentResources {
    if (this.#resources === undefined) {
      const resources = new LentResources(this.#whole.resources);
      this.#resources = resources;
      this.#term.whenOver(() => {
        resources.end();
      });
    }
    return this.#resources;
  }
}

// So that a view is an `instanceof McpConnection`.
Object.setPrototypeOf(LentConnection.prototype, McpConnection.prototype);
