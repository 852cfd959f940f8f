import type { Result } from '@modelcontextprotocol/client';
import { EMPTY, Observable, type Subscription, defer, expand, filter, finalize, merge, reduce, take } from 'rxjs';
import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** As the SDK's own `listMaxPages`. */
const MOST_PAGES = 64;
/** How long a page may take, in milliseconds. */
const PAGE_TIMEOUT_MS = 5000;
/** Within this time, in milliseconds, the list is read twice at most, however often the server says that it has changed. */
const INTERVAL_MS = 30_000;
const MOST_READINGS = 2;

/**
 * Which tools one server calls read-only or idempotent, by its `tools/list`. It is read beside the traffic, over any of the
 * connections that are up, and again when the server says that it has changed or names itself differently; until it is
 * known, no tool is.
 */
export class ToolList {
  readonly #connections = new Set<McpConnection>();
  /** When the last readings began, in milliseconds of the monotonic clock. */
  #readings: readonly number[] = [];
  #isReading = false;
  #retryable: ReadonlySet<string> | undefined;
  /** What the server called itself when its list was read. */
  #build: string | undefined;
  #changes = 0;

  isRetryable(tool: string): boolean {
    return this.#retryable?.has(tool) ?? false;
  }

  /** To be called when a connection has come up. */
  join(connection: McpConnection): void {
    this.#connections.add(connection);
    const changed$ = connection.notifications$.pipe(
      filter(({ method }) => method === 'notifications/tools/list_changed'),
    );
    const forget = this.#forget.bind(this, connection);
    merge(changed$, connection.transport.renewed$ ?? EMPTY).subscribe({ next: forget, error: report });
    const gone = (): unknown => this.#connections.delete(connection);
    connection.closed$.subscribe({ next: gone, error: report });
    if (this.#build !== undefined && this.#build !== buildOf(connection)) this.#forget(connection);
    else this.read(connection);
  }

  /** Reads the list unless it is known, is being read, or was read too often lately. */
  read(connection: McpConnection | undefined = this.#connections.values().next().value): void {
    if (this.#retryable !== undefined || this.#isReading || connection === undefined) return;
    const now = performance.now();
    const lately = this.#readings.filter((at) => at > now - INTERVAL_MS);
    if (lately.length >= MOST_READINGS) return;
    this.#readings = [...lately, now];
    this.#isReading = true;
    const changes = this.#changes;
    const namesOf$ = pages(connection).pipe(
      reduce((tools: string[], page) => [...tools, ...retryableOf(page['tools'])], []),
      finalize(() => {
        this.#isReading = false;
        if (changes !== this.#changes) this.read();
      }),
    );
    namesOf$.subscribe({
      next: (tools) => {
        // The list has changed while it was read, and is read again.
        if (changes !== this.#changes) return;
        this.#retryable = new Set(tools);
        this.#build = buildOf(connection);
      },
      // The next request has it read again.
      error: () => undefined,
    });
  }

  /** Forgets what is known, since it may have changed, and reads it again. */
  #forget(connection: McpConnection): void {
    this.#changes++;
    this.#retryable = undefined;
    this.read(connection);
  }
}

function buildOf({ info }: McpConnection): string {
  return JSON.stringify([info['server'], info['serverVersion']]);
}

/** The pages of the list, until the last one or a cursor that came before. */
function pages(connection: McpConnection): Observable<Result> {
  return defer(() => {
    if (connection.client.getServerCapabilities()?.tools === undefined) return EMPTY;
    const cursors = new Set<unknown>();
    const request = (params: Record<string, unknown>): Observable<Result> =>
      ask(connection, { method: 'tools/list', params });
    const isNew = (cursor: unknown): cursor is string =>
      typeof cursor === 'string' && cursors.size < cursors.add(cursor).size;
    return request({}).pipe(
      expand(({ nextCursor: cursor }) => (isNew(cursor) ? request({ cursor }) : EMPTY)),
      take(MOST_PAGES),
    );
  });
}

/** Sends a request of the pool's own, which the end of a lease does not cancel. */
function ask(connection: McpConnection, request: McpRequest): Observable<Result> {
  return new Observable((subscriber) => {
    const begin = (): Subscription => connection.request(request, { timeout: PAGE_TIMEOUT_MS }).subscribe(subscriber);
    return connection.transport.requests.own(begin);
  });
}

function retryableOf(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.filter(isHintedRetryable).map(({ name }) => name);
}

function isHintedRetryable(tool: unknown): tool is { readonly name: string } {
  const { name, annotations } = Object(tool) as { readonly name?: unknown; readonly annotations?: unknown };
  const { readOnlyHint, idempotentHint } = Object(annotations) as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && (readOnlyHint === true || idempotentHint === true);
}
