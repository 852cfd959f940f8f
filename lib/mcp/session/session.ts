import {
  type InitializeResult,
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type RequestId,
} from '@modelcontextprotocol/client';
import { randomUUID } from 'node:crypto';
import { type ObservableInput, Subscription, of, throwError } from 'rxjs';
import { report } from '../../base/report.ts';
import { endOf } from '../../pool/internals.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpPool } from '../mcp-pool.ts';
import { DeliveryOrder } from '../transport/delivery-order.ts';
import type { RetryPolicy } from '../../requests/retry.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import { Caller } from './caller.ts';
import { introduction } from './introduction.ts';
import type { Tell } from './questions.ts';
import { relayed } from './relayed.ts';
import { type Service, ServedRequest } from './served-request.ts';
import { Topics } from './topics.ts';
import { wireError } from './wire-error.ts';

/** How a session uses its pool. */
export interface SessionOptions {
  /**
   * The key of its checkouts. Where connections are pinned it says whose the session is; left out, the session has a
   * connection to itself.
   */
  readonly key?: string;
  /**
   * The key of its checkouts where connections are not pinned and there is no `key`: sessions of the same key take turns with
   * all others together. @internal
   */
  readonly turns?: string | undefined;
  /** How long calls of tools may take, in milliseconds; left out: as long as they like. @internal */
  readonly toolTimeoutMs?: number | undefined;
}

/** Who carries the messages of a session to its client. */
export interface SessionFront {
  /** Takes a message for the client; `about`: the request of the client that it belongs to, where it is no answer. */
  readonly tell: Tell;
  /** The session is over: nothing is told any more. Once. */
  readonly ended: () => void;
}

/** How a session answers one of its requests. */
type Answering = Pick<Service, 'work'> & Partial<Pick<Service, 'answered' | 'failed' | 'policy'>>;

/**
 * One client of a pool as of an MCP server: takes the messages of the client, and serves each request with a connection
 * that is leased for it. How messages travel is for its front. It is of the legacy era.
 */
export class Session {
  readonly #pool: McpPool;
  readonly #front: SessionFront;
  readonly #caller: Caller;
  readonly #topics: Topics;
  /** Of its checkouts; `undefined` where it has none. */
  readonly #key: string | undefined;
  /** Whether nobody else can ever ask for the connection that is pinned for it. */
  readonly #isAlone: boolean;
  readonly #policy: RetryPolicy<McpRequest>;
  readonly #toolTimeoutMs: number | undefined;
  readonly #open = new Map<RequestId, ServedRequest>();
  /** Clients lose progress that comes together with the answer. */
  readonly #order = new DeliveryOrder<RequestId>((message, about) => {
    this.#front.tell(message, about);
    return true;
  });
  readonly #poolEnd = new Subscription();
  #introduction: InitializeResult | undefined;
  #isOver = false;

  constructor(pool: McpPool, { key, turns, toolTimeoutMs }: SessionOptions, front: SessionFront) {
    this.#toolTimeoutMs = toolTimeoutMs;
    this.#pool = pool;
    this.#policy = pool.watched(pool.retryPolicy);
    this.#front = front;
    this.#isAlone = this.#isPinned && key === undefined;
    this.#key = this.#isAlone ? randomUUID() : (key ?? turns);
    const tell = this.#tell.bind(this);
    this.#caller = new Caller(tell);
    this.#topics = new Topics(pool, tell);
    this.#poolEnd.add(endOf(pool).subscribe({ complete: this.#end.bind(this), error: report }));
  }

  /** Takes a message of the client. Never throws; what comes of it is told later, or at once. */
  receive(message: JSONRPCMessage): void {
    if (this.#isOver) return;
    if (!('method' in message)) this.#caller.questions.answered(message);
    else if ('id' in message) this.#asked(message);
    else this.#noted(message);
  }

  /** The client is gone: what it has asked is cancelled, and the pool stays as it is. */
  end(): void {
    if (this.#isOver) return;
    this.#end();
    // Whatever the server has kept for this session is of use to nobody.
    if (this.#isAlone && this.#introduction !== undefined && this.#pool.state.phase === 'open') {
      this.#pool.tryCheckout(this.#checkoutOptions)?.destroy('its session is over');
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#poolEnd.unsubscribe();
    for (const request of this.#open.values()) request.cancel();
    this.#open.clear();
    this.#caller.questions.end();
    this.#topics.end();
    this.#order.flush();
    this.#front.ended();
  }

  get #isPinned(): boolean {
    return this.#pool.checkoutOf !== undefined;
  }

  get #checkoutOptions(): { readonly key: string } | undefined {
    return this.#key === undefined ? undefined : { key: this.#key };
  }

  #tell(message: JSONRPCMessage, about?: RequestId): void {
    if (!this.#isOver) this.#order.push(message, about);
  }

  #noted({ method, params }: JSONRPCNotification): void {
    if (method === 'notifications/initialized') this.#topics.followLists(this.#introduction?.capabilities ?? {});
    if (method !== 'notifications/cancelled') return;
    const id = params?.['requestId'] as RequestId;
    const request = this.#open.get(id);
    this.#open.delete(id);
    request?.cancel();
  }

  #asked({ id, method, params }: JSONRPCRequest): void {
    const request: McpRequest = { method, ...(params && { params }) };
    if (this.#open.has(id)) this.#failed(id, new ProtocolError(ProtocolErrorCode.InvalidRequest, 'this id is in use'));
    else if (method === 'ping') this.#answered(id, {});
    // Clients that know the modern era as well ask for it first, and take this for a no.
    else if (method === 'server/discover') this.#failed(id, notFound());
    else if (method === 'resources/unsubscribe') {
      this.#topics.leave(String(params?.['uri']));
      this.#answered(id, {});
    } else if (method === 'resources/subscribe') this.#subscribe(id, request);
    else this.#serve(id, request, this.#answeringOf(id, request));
  }

  /** The server is asked once for its word; what it tells is heard on all connections. */
  #subscribe(id: RequestId, request: McpRequest): void {
    const uri = String(request.params?.['uri']);
    try {
      this.#topics.follow(uri);
    } catch (error) {
      this.#failed(id, error);
      return;
    }
    this.#serve(id, request, {
      policy: this.#policy,
      work: (connection, asked) =>
        isModern(connection.whole) ? of({}) : connection.request(asked, { timeout: Infinity }),
      failed: () => {
        this.#topics.leave(uri);
      },
    });
  }

  #serve(id: RequestId, request: McpRequest, { work, policy, answered, failed }: Answering): void {
    const served = new ServedRequest(request, {
      work,
      policy,
      answered: (result) => {
        this.#open.delete(id);
        answered?.(result);
        this.#answered(id, result);
      },
      failed: (error) => {
        this.#open.delete(id);
        failed?.(error);
        this.#failed(id, error);
      },
    });
    this.#open.set(id, served);
    served.begin(this.#pool.checkout(this.#checkoutOptions));
  }

  #answered(id: RequestId, result: unknown): void {
    this.#tell({ jsonrpc: '2.0', id, result } as JSONRPCMessage);
  }

  #failed(id: RequestId, error: unknown): void {
    this.#tell({ jsonrpc: '2.0', id, error: wireError(error) });
  }

  #answeringOf(id: RequestId, { method, params }: McpRequest): Answering {
    const serve = (connection: McpConnection, request: McpRequest): ObservableInput<unknown> =>
      relayed({ caller: this.#caller, id, request, toolTimeoutMs: this.#toolTimeoutMs }, connection.whole);
    const policy = this.#policy;
    switch (method) {
      case 'initialize':
        return {
          work: ({ whole }) => of(introduction(whole, params?.['protocolVersion'], this.#isPinned)),
          answered: (result) => {
            this.#introduction = result as InitializeResult;
            this.#caller.introduced(params);
          },
        };
      case 'logging/setLevel':
        return {
          policy,
          work: (connection, request) => levelSet(connection.whole) ?? serve(connection, request),
          answered: () => (this.#caller.level = String(params?.['level'])),
        };
      default:
        return { policy, work: serve };
    }
  }
}

/** What setting a level comes to where the server is not asked: in the modern era each request says it. */
function levelSet(connection: McpConnection): ObservableInput<unknown> | undefined {
  if (connection.isShared) return throwError((): Error => notFound());
  return isModern(connection) ? of({}) : undefined;
}

function isModern({ client }: McpConnection): boolean {
  return client.getProtocolEra() === 'modern';
}

function notFound(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.MethodNotFound, 'Method not found');
}
