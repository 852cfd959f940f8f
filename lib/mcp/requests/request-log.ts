import { type Channel, channel } from 'node:diagnostics_channel';
import { type Observable, Subject, Subscription, endWith, ignoreElements, takeUntil } from 'rxjs';
import { type Followed, type RepeatPolicy, type RequestStatus, unrepeated } from '../../requests/retry.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpRequest } from '../connection/request.ts';
import { WatchedRequest } from './watched-request.ts';

/** What became of one request through the pool: plain data. Times are in milliseconds. */
export interface McpRequestEvent {
  /** The pool's name. */
  readonly pool: string;
  readonly method: string;
  /** The tool that is called; absent where none is. */
  readonly tool?: string;
  readonly status: RequestStatus;
  /** What it failed with, as a code; `tool_error` for an answer that says it is one. Absent otherwise. */
  readonly error?: string;
  /** When it was asked for, of the monotonic clock. */
  readonly at: number;
  /** From then to its first lease, `null` when it had none. */
  readonly waitedMs: number | null;
  /** From then to its end, waiting and all attempts included. */
  readonly tookMs: number;
  /** How often it was sent, or begun to be sent. */
  readonly attempts: number;
  /** The connection that served it last, and where that goes to; absent where there was none. */
  readonly connection?: number;
}

/** Looks at requests from their beginning; what it throws is reported and harms nobody. */
export interface RequestWatcher {
  /** A request begins, before it has a connection. `undefined`: this one is not of interest. */
  begin(request: McpRequest): RequestWatch | undefined;
}

/** One request that is being watched. */
export interface RequestWatch {
  /** The request with something added to it, `_meta` say; it is sent in place of the other. */
  readonly request?: McpRequest;
  /** Calls `begin`, in which an attempt begins: it is made in the asynchronous context that there is then. */
  within?(begin: () => void): void;
  /** An attempt has its lease. */
  leased?(connection: McpConnection): void;
  /** An attempt failed; another one follows. */
  repeated?(error: unknown): void;
  /** `reason`: what it failed with. */
  ended?(event: McpRequestEvent, reason: unknown): void;
}

/** Of all pools in this process; carries an `McpRequestEvent` at the end of each request. */
const requestChannel: Channel = channel('rx-mcp-pool:request');

/** The requests that go through one pool, for those who watch; nothing is done for nobody. */
export class RequestLog {
  /** What became of each request, as it ends. Never errors; completes with the pool. */
  readonly requests$: Observable<McpRequestEvent>;
  readonly #subject$ = new Subject<McpRequestEvent>();
  readonly #watchers = new Set<RequestWatcher>();
  readonly #poolName: string;

  /** `end$` completes with the pool. */
  constructor(poolName: string, end$: Observable<unknown>) {
    this.#poolName = poolName;
    this.requests$ = this.#subject$.pipe(takeUntil(end$.pipe(ignoreElements(), endWith(true))));
  }

  /** Has requests watched that begin from now on, until unsubscribed from. */
  watch(watcher: RequestWatcher): Subscription {
    this.#watchers.add(watcher);
    return new Subscription(() => this.#watchers.delete(watcher));
  }

  /** The same policy, or none, with the requests watched besides. */
  watched<Request>(policy: RepeatPolicy<Request> | undefined): RepeatPolicy<Request> {
    const follow: RepeatPolicy<Request>['follow'] = (request) => {
      const isWatched = this.#isWatched && isMcpRequest(request);
      return isWatched
        ? (this.#follow(request, policy as never) as Followed<never>)
        : (policy?.follow(request) ?? unrepeated);
    };
    return { follow };
  }

  #tell(event: McpRequestEvent): void {
    this.#subject$.next(event);
    if (requestChannel.hasSubscribers) requestChannel.publish(event);
  }

  get #isWatched(): boolean {
    return this.#watchers.size > 0 || this.#subject$.observed || requestChannel.hasSubscribers;
  }

  #follow(request: McpRequest, policy: RepeatPolicy<McpRequest> | undefined): Followed<McpRequest> {
    const watched = new WatchedRequest(this.#tell.bind(this), this.#poolName, request, [...this.#watchers]);
    watched.followBy(policy);
    return watched;
  }
}

/** What a project of a user's makes of a connection may be anything. */
function isMcpRequest<Request>(request: Request): request is McpRequest & Request {
  return typeof Reflect.get(Object(request) as object, 'method') === 'string';
}
