import type { ResponseCacheStore, jsonSchemaValidator } from '@modelcontextprotocol/client';
import type { ConnectionInfo } from '../../events/connection-event.ts';
import { ToolBook } from '../exchange/tool-book.ts';
import { ParamHeaders } from '../transport/param-headers.ts';
import { PartOfStore, ServerResponses } from './response-stores.ts';
import type { McpTransport } from '../transport/transport.ts';

/** Which connections may share what was learnt of their server. */
interface KnownServersOptions {
  /** Whether each connection belongs to somebody else, so that nothing learnt on one may be used on another. */
  readonly isEachApart: boolean;
  /**
   * The user's own store of answers. Where connections are kept apart it is not used: what it holds would outlive the
   * connection.
   */
  readonly responseCacheStore?: ResponseCacheStore | undefined;
  /** By what the results of tools are checked; the SDK's own when left out. */
  readonly jsonSchemaValidator?: jsonSchemaValidator | undefined;
}

/** What one server has said of itself and of its tools, for all connections to it that may know. */
export class KnownServer {
  readonly responses: ResponseCacheStore;
  /** Which arguments of its tools the server wants in headers as well. */
  readonly params: ParamHeaders = new ParamHeaders();
  /** What its tools promise of their results. */
  readonly book: ToolBook;
  readonly #own = new ServerResponses();
  #build: string | undefined;

  constructor(responses?: ResponseCacheStore, jsonSchemaValidator?: jsonSchemaValidator) {
    this.responses = responses ?? this.#own;
    this.book = new ToolBook(jsonSchemaValidator);
  }

  /** A connection has come up to a server of this name and version: what another build has said is forgotten. */
  met({ server, serverVersion }: ConnectionInfo): void {
    const build = JSON.stringify([server, serverVersion]);
    if (this.#build !== undefined && this.#build !== build) this.forget();
    this.#build = build;
  }

  /** The server may be another one by now, behind the same connection: its answers are forgotten, those in a user's store not. */
  forget(): void {
    this.#own.clear();
    this.book.clear();
  }
}

interface Joined {
  readonly server: KnownServer;
  readonly place: Map<string, Joined[]>;
  readonly endpoint: string;
}

/**
 * What is known of the servers of one pool. Connections to one endpoint share it, so that not each of them has to ask; those
 * to another endpoint, of another pool or of another pin never see it. It goes with the last of its connections, and when
 * one of them ends by itself, what is opened later begins anew: a server that went may have come back as another version.
 */
export class KnownServers {
  readonly #options: KnownServersOptions;
  /** The connections that share, by where they lead and by endpoint. */
  readonly #places = new WeakMap<McpTransport, Map<string, Joined[]>>();
  readonly #byConnection = new Map<number, Joined>();

  constructor(options: KnownServersOptions) {
    this.#options = options;
  }

  /** To be called before a connection is opened; its end is told by `left` or `lost`. */
  join(connection: number, transport: McpTransport, endpoint = ''): KnownServer {
    const place = this.#placeOf(transport);
    const sharing = this.#options.isEachApart ? [] : (place.get(endpoint) ?? []);
    const server = sharing[0]?.server ?? this.#unknown(endpoint);
    const joined = { server, place, endpoint };
    place.set(endpoint, [...sharing, joined]);
    this.#byConnection.set(connection, joined);
    return server;
  }

  /** What is known of the server that a connection leads to. */
  of(connection: number): KnownServer | undefined {
    return this.#byConnection.get(connection)?.server;
  }

  /** To be called when the pool closes a connection. */
  left(connection: number): void {
    const joined = this.#byConnection.get(connection);
    if (joined === undefined) return;
    this.#byConnection.delete(connection);
    const { place, endpoint } = joined;
    const others = (place.get(endpoint) ?? []).filter((each) => each !== joined);
    if (others.length > 0) place.set(endpoint, others);
    else place.delete(endpoint);
  }

  /** To be called when a connection has ended by itself; does nothing after `left`. */
  lost(connection: number): void {
    const joined = this.#byConnection.get(connection);
    this.#byConnection.delete(connection);
    if (joined?.place.get(joined.endpoint)?.includes(joined) === true) joined.place.delete(joined.endpoint);
  }

  #unknown(endpoint: string): KnownServer {
    return new KnownServer(this.#storeOf(endpoint), this.#options.jsonSchemaValidator);
  }

  #placeOf(transport: McpTransport): Map<string, Joined[]> {
    const place = this.#places.get(transport) ?? new Map<string, Joined[]>();
    this.#places.set(transport, place);
    return place;
  }

  #storeOf(endpoint: string): ResponseCacheStore | undefined {
    const { isEachApart, responseCacheStore } = this.#options;
    if (isEachApart || responseCacheStore === undefined) return undefined;
    return endpoint === '' ? responseCacheStore : new PartOfStore(responseCacheStore, endpoint);
  }
}
