import { AsyncResource } from 'node:async_hooks';
import { type Channel, channel } from 'node:diagnostics_channel';
import { type Observable, Subject, Subscription, endWith, ignoreElements, takeUntil } from 'rxjs';
import type { FailedAttempt, Followed, RepeatPolicy, RequestStatus } from '../checkout/repeat.ts';
import { report } from '../report.ts';
import type { McpConnection } from './connection.ts';
import { errorCodeOf } from './error-code.ts';
import type { McpRequest } from './request.ts';
import { toolOf } from './request-name.ts';

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
    // It begins when another request ends, and is that of whoever asked for it all the same: of his trace, say.
    return { follow, held: () => ({ follow: this.#isWatched ? AsyncResource.bind(follow) : follow }) };
  }

  /** @internal */
  tell(event: McpRequestEvent): void {
    this.#subject$.next(event);
    if (requestChannel.hasSubscribers) requestChannel.publish(event);
  }

  get #isWatched(): boolean {
    return this.#watchers.size > 0 || this.#subject$.observed || requestChannel.hasSubscribers;
  }

  #follow(request: McpRequest, policy: RepeatPolicy<McpRequest> | undefined): Followed<McpRequest> {
    const watched = new WatchedRequest(this, this.#poolName, request, [...this.#watchers]);
    watched.followBy(policy);
    return watched;
  }
}

const unrepeated: Followed<never> = { failed: () => false };

/** What a project of a user's makes of a connection may be anything. */
function isMcpRequest<Request>(request: Request): request is McpRequest & Request {
  return typeof Reflect.get(Object(request) as object, 'method') === 'string';
}

class WatchedRequest implements Followed<McpRequest> {
  request: McpRequest;
  readonly #log: RequestLog;
  readonly #pool: string;
  readonly #watches: readonly RequestWatch[];
  readonly #at = performance.now();
  #followed: Followed<McpRequest> = unrepeated;
  #waitedMs: number | null = null;
  #attempts = 0;
  #connection: number | undefined;

  constructor(log: RequestLog, pool: string, request: McpRequest, watchers: readonly RequestWatcher[]) {
    this.#log = log;
    this.#pool = pool;
    this.request = request;
    const watches: RequestWatch[] = [];
    for (const watcher of watchers) {
      const watch = attempt(() => watcher.begin(this.request));
      if (watch === undefined) continue;
      watches.push(watch);
      this.request = watch.request ?? this.request;
    }
    this.#watches = watches;
  }

  /** Throws what the policy throws at the request, which ends it. */
  followBy(policy: RepeatPolicy<McpRequest> | undefined): void {
    try {
      this.#followed = policy?.follow(this.request) ?? unrepeated;
    } catch (error) {
      this.ended('failed', error);
      throw error;
    }
  }

  begun(connection: McpConnection): void {
    this.#waitedMs ??= performance.now() - this.#at;
    this.#attempts++;
    this.#connection = connection.id;
    this.#followed.begun?.(connection);
    for (const watch of this.#watches) attempt(() => watch.leased?.(connection));
  }

  failed(error: unknown, failed: FailedAttempt<McpRequest>): boolean | number {
    const decision = this.#followed.failed(error, failed);
    if (decision !== false) for (const watch of this.#watches) attempt(() => watch.repeated?.(error));
    return decision;
  }

  ended(status: RequestStatus, outcome: unknown): void {
    this.#followed.ended?.(status, outcome);
    const event = this.#event(status, outcome);
    for (const watch of this.#watches) attempt(() => watch.ended?.(event, status === 'failed' ? outcome : undefined));
    this.#log.tell(event);
  }

  #event(status: RequestStatus, outcome: unknown): McpRequestEvent {
    const tool = toolOf(this.request);
    const error = errorCodeOf(status, outcome);
    return {
      pool: this.#pool,
      method: this.request.method,
      ...(tool !== undefined && { tool }),
      status,
      ...(error !== undefined && { error }),
      at: this.#at,
      waitedMs: this.#waitedMs,
      tookMs: performance.now() - this.#at,
      attempts: this.#attempts,
      ...(this.#connection !== undefined && { connection: this.#connection }),
    };
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    report(error);
    return undefined;
  }
}
