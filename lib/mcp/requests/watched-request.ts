import {
  type FailedAttempt,
  type Followed,
  type RetryPolicy,
  type RequestStatus,
  unretried,
} from '../../requests/retry.ts';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';
import { errorCodeOf } from '../failures/request-failure.ts';
import { toolOf, type McpRequest } from '../transport/mcp-request.ts';
import type { McpRequestEvent, RequestWatcher, RequestWatch } from './request-watch.ts';

/** One request, followed by those who watch it and by the policy that retries it. */
export class WatchedRequest implements Followed<McpRequest> {
  request: McpRequest;
  /** Begins an attempt inside the contexts of all who watch; left out where none of them has one. */
  readonly within?: (begin: () => void) => void;
  readonly #tell: (event: McpRequestEvent) => void;
  readonly #pool: string;
  readonly #watches: readonly RequestWatch[];
  readonly #at = performance.now();
  #followed: Followed<McpRequest> = unretried;
  #waitedMs: number | null = null;
  #attempts = 0;
  #connection: number | undefined;

  constructor(
    tell: (event: McpRequestEvent) => void,
    pool: string,
    request: McpRequest,
    watchers: readonly RequestWatcher[],
  ) {
    this.#tell = tell;
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
    if (watches.some((watch) => watch.within !== undefined)) this.within = this.#within.bind(this);
  }

  /** Asks the policy; what that throws ends the request and is thrown. */
  followBy(policy: RetryPolicy<McpRequest> | undefined): void {
    try {
      this.#followed = policy?.follow(this.request) ?? unretried;
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
    if (decision !== false) for (const watch of this.#watches) attempt(() => watch.retried?.(error));
    return decision;
  }

  ended(status: RequestStatus, outcome: unknown): void {
    this.#followed.ended?.(status, outcome);
    const event = this.#event(status, outcome);
    for (const watch of this.#watches) attempt(() => watch.ended?.(event, status === 'failed' ? outcome : undefined));
    this.#tell(event);
  }

  /** Once, whatever those who watch do with it. */
  #within(begin: () => void): void {
    let begun = false;
    const beginOnce = (): void => {
      if (begun) return;
      begun = true;
      begin();
    };
    let all = beginOnce;
    for (const watch of this.#watches) {
      const inner = all;
      if (watch.within !== undefined) all = () => attempt(() => watch.within?.(inner));
    }
    all();
    beginOnce();
  }

  #event(status: RequestStatus, outcome: unknown): McpRequestEvent {
    const tool = toolOf(this.request);
    const error = errorCodeOf(status, outcome);
    const event: { -readonly [K in keyof McpRequestEvent]: McpRequestEvent[K] } = {
      pool: this.#pool,
      method: this.request.method,
      status,
      at: this.#at,
      waitedMs: this.#waitedMs,
      tookMs: performance.now() - this.#at,
      attempts: this.#attempts,
    };
    if (tool !== undefined) event.tool = tool;
    if (error !== undefined) event.error = error;
    if (this.#connection !== undefined) event.connection = this.#connection;
    return event;
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
