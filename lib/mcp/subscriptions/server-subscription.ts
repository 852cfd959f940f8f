import type { Client, SubscriptionFilter } from '@modelcontextprotocol/client';
import { NEVER, Observable, defer, from, mergeMap, of } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import { checkTold } from '../failures/lasting-failure.ts';
import type { ResourceListeners } from '../connection/resource-listeners.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** Something that a server reports by notifications, without being asked each time. */
export interface Topic<T> {
  /** The value that listeners get. */
  readonly value: T;
  /** The method of the notifications about it. */
  readonly method: string;
  /** Whether a notification of that method is about it. */
  readonly matches: (params: Readonly<Record<string, unknown>> | undefined) => boolean;
  /** What a modern server is asked to report. */
  readonly filter: SubscriptionFilter;
  /** The resource that a legacy server has to be subscribed to; changes of lists it reports unasked. */
  readonly uri?: string;
}

/** One subscription at the server, on one connection. */
export class ServerSubscription {
  readonly #client: Client;
  readonly #transport: ConnectionTransport;
  readonly #resources: ResourceListeners;
  readonly #topic: Topic<unknown>;
  readonly #isModern: boolean;
  readonly #left = new AbortController();
  /** The resource that the server was asked to tell of. */
  #asked: string | undefined;

  constructor(connection: McpConnection, topic: Topic<unknown>) {
    this.#client = connection.client;
    this.#transport = connection.transport;
    this.#resources = connection.resources;
    this.#topic = topic;
    this.#isModern = this.#client.getProtocolEra() === 'modern';
  }

  /**
   * Subscribes at the server. Emits when the server has accepted; the emitted stream then emits or ends when the
   * subscription is over though its connection is not.
   */
  get begun$(): Observable<Observable<unknown>> {
    if (this.#isModern) return defer(() => this.#listen());
    return this.#topic.uri === undefined ? of(this.#renewed$) : this.#subscribe(this.#topic.uri);
  }

  /** Ends the subscription at any time; how the server answers is ignored. */
  leave(): void {
    this.#left.abort();
    if (this.#asked !== undefined) this.#resources.leave(this.#asked);
  }

  async #listen(): Promise<Observable<unknown>> {
    const { filter } = this.#topic;
    const { honoredFilter, closed } = await this.#client.listen(filter, { signal: this.#left.signal });
    try {
      checkTold(filter, honoredFilter);
    } catch (error) {
      this.#left.abort();
      throw error;
    }
    return from(closed);
  }

  #subscribe(uri: string): Observable<Observable<unknown>> {
    return defer(() => {
      const session = this.#transport.sessionId;
      return from(this.#ask(uri)).pipe(
        // The HTTP session may have been replaced meanwhile, and the new one knows nothing of the subscription.
        mergeMap(() => (session === this.#transport.sessionId ? of(this.#renewed$) : this.#subscribe(uri))),
      );
    });
  }

  async #ask(uri: string): Promise<void> {
    await this.#resources.left;
    this.#left.signal.throwIfAborted();
    if (this.#asked === undefined) this.#resources.add(uri);
    this.#asked = uri;
    try {
      await this.#client.subscribeResource({ uri }, { signal: this.#left.signal });
    } catch (error) {
      if (!this.#left.signal.aborted) this.#failed(uri);
      throw error;
    }
  }

  /** The server has refused the subscription, so there is nothing to unsubscribe from. */
  #failed(uri: string): void {
    this.#asked = undefined;
    this.#resources.delete(uri);
  }

  get #renewed$(): Observable<unknown> {
    return this.#transport.renewed$ ?? NEVER;
  }
}
