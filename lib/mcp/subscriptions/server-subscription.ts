import type { Client } from '@modelcontextprotocol/client';
import { NEVER, Observable, defer, from, mergeMap, of } from 'rxjs';
import type { McpConnection } from '../connection/connection.ts';
import { checkTold } from '../failures/not-told.ts';
import { forget, leave, listenTo } from '../connection/resource-listeners.ts';
import type { Topic } from './topic.ts';
import type { ConnectionTransport } from '../transport/transport.ts';

/** Over HTTP requests may overtake each other: what ends one subscription must not end the next one to the same. */
const leaving = new WeakMap<Client, Promise<unknown>>();

/** One subscription at the server, on one connection. */
export class ServerSubscription {
  readonly #client: Client;
  readonly #topic: Topic<unknown>;
  readonly #isModern: boolean;
  readonly #left = new AbortController();
  /** The resource that the server was asked to tell of. */
  #asked: string | undefined;

  constructor({ client }: McpConnection, topic: Topic<unknown>) {
    this.#client = client;
    this.#topic = topic;
    this.#isModern = client.getProtocolEra() === 'modern';
  }

  /** Asks the server; emits when that has taken it, and then tells what ends it before the connection does. */
  get begun$(): Observable<Observable<unknown>> {
    if (this.#isModern) return defer(() => this.#listen());
    return this.#topic.uri === undefined ? of(this.#renewed$) : this.#subscribe(this.#topic.uri);
  }

  /** Ends it, in whatever phase; what comes of that is of no interest any more. */
  leave(): void {
    this.#left.abort();
    if (this.#asked === undefined) return;
    const left = leave(this.#client, this.#asked);
    // Without the values, each of which would hold the one before.
    leaving.set(
      this.#client,
      Promise.all([leaving.get(this.#client), left]).then(() => undefined),
    );
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
        // The session that it was asked in may be over by now, and another one have been begun.
        mergeMap(() => (session === this.#transport.sessionId ? of(this.#renewed$) : this.#subscribe(uri))),
      );
    });
  }

  async #ask(uri: string): Promise<void> {
    await leaving.get(this.#client);
    this.#left.signal.throwIfAborted();
    if (this.#asked === undefined) listenTo(this.#client, uri);
    this.#asked = uri;
    try {
      await this.#client.subscribeResource({ uri }, { signal: this.#left.signal });
    } catch (error) {
      if (!this.#left.signal.aborted) this.#failed(uri);
      throw error;
    }
  }

  /** The server tells nothing, so there is nothing to leave. */
  #failed(uri: string): void {
    this.#asked = undefined;
    forget(this.#client, uri);
  }

  get #renewed$(): Observable<unknown> {
    return this.#transport.renewed$ ?? NEVER;
  }

  get #transport(): Partial<ConnectionTransport> {
    return this.#client.transport ?? {};
  }
}
