import { type Channel, channel } from 'node:diagnostics_channel';
import { type Observable, Subject, Subscription, endWith, ignoreElements, takeUntil } from 'rxjs';
import { type Followed, type RetryPolicy, unretried } from '../../requests/retry.ts';
import { WatchedRequest } from './watched-request.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { McpRequestEvent, RequestWatcher } from './request-watch.ts';
/** The diagnostics channel of all pools in this process: an `McpRequestEvent` at the end of each request. */
const requestChannel: Channel = channel('rx-mcp-pool:request');

/** The requests that go through one pool, for those who watch them. It does nothing while nobody does. */
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

  /** Lets somebody watch the requests that begin from now on, until unsubscribed from. */
  watch(watcher: RequestWatcher): Subscription {
    this.#watchers.add(watcher);
    return new Subscription(() => this.#watchers.delete(watcher));
  }

  /** The same policy, or none, with the requests watched besides. */
  watched<Request>(policy: RetryPolicy<Request> | undefined): RetryPolicy<Request> {
    const follow: RetryPolicy<Request>['follow'] = (request) => {
      const isWatched = this.#isWatched && isMcpRequest(request);
      return isWatched
        ? (this.#follow(request, policy as never) as Followed<never>)
        : (policy?.follow(request) ?? unretried);
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

  #follow(request: McpRequest, policy: RetryPolicy<McpRequest> | undefined): Followed<McpRequest> {
    const watched = new WatchedRequest(this.#tell.bind(this), this.#poolName, request, [...this.#watchers]);
    watched.followBy(policy);
    return watched;
  }
}

/** Whether it is a request of MCP: `withConnection` with a `project` takes requests of any kind. */
function isMcpRequest<Request>(request: Request): request is McpRequest & Request {
  return typeof Reflect.get(Object(request) as object, 'method') === 'string';
}
