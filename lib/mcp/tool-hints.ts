import type { Result } from '@modelcontextprotocol/client';
import { EMPTY, type Observable, catchError, defer, expand, finalize, reduce, switchMap, take } from 'rxjs';
import { verdictOf } from '../judgements.ts';
import type { McpConnection } from './connection.ts';

/** Whether calling a tool of this name twice does no more than calling it once. */
export type TrustTool = (tool: string) => boolean;

/** As the SDK's own `listMaxPages`. */
const mostPages = 64;
/** How long a page may take, in milliseconds: connections wait for it before their first use. */
const pageTimeoutMs = 5000;

/**
 * Which tools may be called twice: those that the operator's function names or, where the hints of the server are trusted,
 * those that it calls read-only or idempotent. Hints are read by `tools/list` before the first connection is used, and
 * again when the server says that its list has changed; what is not known is not repeated.
 */
export class ToolHints {
  readonly #trusts: TrustTool | undefined;
  readonly #trustsServer: boolean;
  /** Absent until they are known. */
  #repeatable: Set<string> | undefined;
  #learning = false;
  #changes = 0;

  constructor(trust: boolean | TrustTool) {
    this.#trustsServer = trust === true;
    this.#trusts = typeof trust === 'function' ? verdictOf((tool) => trust(tool as string)) : undefined;
  }

  isRepeatable(tool: string): boolean {
    return this.#trusts?.(tool) ?? this.#repeatable?.has(tool) ?? false;
  }

  /** A connection has come up: completes, never errors, when what has to be known is, or cannot be. */
  learn(connection: McpConnection): Observable<never> {
    if (!this.#trustsServer) return EMPTY;
    return defer(() => {
      this.#watch(connection);
      return this.#repeatable !== undefined || this.#learning ? EMPTY : this.#read(connection);
    });
  }

  /** Hears it from the transport: the handlers of notifications are the user's to set. */
  #watch(connection: McpConnection): void {
    const { transport } = connection.client;
    if (transport === undefined) return;
    const { onmessage } = transport;
    transport.onmessage = (message, extra) => {
      if ('method' in message && message.method === 'notifications/tools/list_changed') this.#forget(connection);
      onmessage?.(message, extra);
    };
  }

  #forget(connection: McpConnection): void {
    this.#repeatable = undefined;
    this.#changes++;
    if (!this.#learning) this.#read(connection).subscribe();
  }

  /** Reads the list until it has not changed meanwhile. */
  #read(connection: McpConnection): Observable<never> {
    return defer(() => {
      this.#learning = true;
      const changes = this.#changes;
      return pages(connection).pipe(
        reduce((tools: string[], page) => [...tools, ...repeatableOf(page['tools'])], []),
        switchMap((tools) => {
          if (this.#changes !== changes) return this.#read(connection);
          this.#repeatable = new Set(tools);
          return EMPTY;
        }),
        catchError(() => EMPTY),
        finalize(() => {
          this.#learning = false;
        }),
      );
    });
  }
}

function pages(connection: McpConnection): Observable<Result> {
  if (connection.client.getServerCapabilities()?.tools === undefined) return EMPTY;
  const request = (params: Record<string, unknown>): Observable<Result> =>
    connection.request({ method: 'tools/list', params }, { timeout: pageTimeoutMs });
  return request({}).pipe(
    expand(({ nextCursor: cursor }) => (typeof cursor === 'string' ? request({ cursor }) : EMPTY)),
    take(mostPages),
  );
}

function repeatableOf(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.filter(isHintedRepeatable).map(({ name }) => name);
}

function isHintedRepeatable(tool: unknown): tool is { readonly name: string } {
  const { name, annotations } = Object(tool) as { readonly name?: unknown; readonly annotations?: unknown };
  const { readOnlyHint, idempotentHint } = Object(annotations) as Readonly<Record<string, unknown>>;
  return typeof name === 'string' && (readOnlyHint === true || idempotentHint === true);
}
