import { type CallToolResult, ProtocolError, type RequestOptions, type Result } from '@modelcontextprotocol/client';
import type { Unsubscribable } from 'rxjs';
import { follow } from '../../base/on-abort.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { Exchange, ExchangeListener, ResultListener } from './exchange.ts';
import type { Exchanges } from './exchanges.ts';
import { shapeFault } from './result-shape.ts';
import type { ToolBook } from './tool-book.ts';

/** The code of a server that expected other `Mcp-Param-*` headers, by what its list says now (SEP-2243). */
const HEADER_MISMATCH = -32_020;

/** What a call of a tool needs. */
export interface ToolCallParts {
  readonly exchanges: Exchanges;
  readonly book: ToolBook;
  /** Reads the list of tools anew, past any cache, on the same connection. */
  readonly readList: (options: RequestOptions) => Promise<unknown>;
  readonly params: ToolParams;
  readonly options: RequestOptions;
  readonly listener: ToolListener;
}

/** Who is told what comes of a call. */
export type ToolListener = ResultListener<CallToolResult>;

/** The name of a tool, and its arguments. */
export type ToolParams = NonNullable<McpRequest['params']> & { readonly name: string };

/**
 * One call of a tool, as the SDK's `callTool`: its result is checked against what the list of tools has promised. A schema
 * may be outdated, so the list is read again before a result is refused; the tool is not called again for that. Only a call
 * that the server refused because of its headers is sent once more, after the list was read.
 */
export class ToolCall implements ExchangeListener, Unsubscribable {
  readonly #parts: ToolCallParts;
  #exchange: Exchange | undefined;
  /** Of the reading of a list, while there is one. */
  #reading: AbortController | undefined;
  #wasRefused = false;

  constructor(parts: ToolCallParts) {
    this.#parts = parts;
  }

  /** Sends the call. Once only. */
  begin(): this {
    const { book, params } = this.#parts;
    const fault = book.schemaFault(params.name);
    if (fault === undefined) this.#send();
    else
      this.#readAgain(fault, () => {
        this.#sendUnless(book.schemaFault(params.name));
      });
    return this;
  }

  next(result: Result): void {
    const { book, listener, params } = this.#parts;
    const malformed = shapeFault('tools/call', result);
    const fault = malformed ?? book.resultFault(params.name, result);
    if (malformed !== undefined) listener.error(malformed);
    else if (fault === undefined) this.#tell(result);
    else
      this.#readAgain(fault, () => {
        this.#tellUnless(book.resultFault(params.name, result), result);
      });
  }

  error(error: unknown): void {
    const isMismatch = error instanceof ProtocolError && error.code === HEADER_MISMATCH;
    if (!isMismatch || this.#wasRefused) {
      this.#parts.listener.error(error);
      return;
    }
    this.#wasRefused = true;
    this.#readAgain(error, () => {
      this.#send();
    });
  }

  unsubscribe(): void {
    this.#exchange?.unsubscribe();
    this.#reading?.abort();
  }

  #send(): void {
    const { exchanges, params, options } = this.#parts;
    this.#exchange = exchanges.begin({ method: 'tools/call', params }, options, this);
  }

  #sendUnless(fault: Error | undefined): void {
    if (fault === undefined) this.#send();
    else this.#parts.listener.error(fault);
  }

  #tell(result: Result): void {
    const { listener } = this.#parts;
    listener.next((result['content'] === undefined ? { content: [], ...result } : result) as CallToolResult);
    listener.complete?.();
  }

  #tellUnless(fault: Error | undefined, result: Result): void {
    if (fault === undefined) {
      this.#tell(result);
      return;
    }
    this.#parts.book.confirm(this.#parts.params.name);
    this.#parts.listener.error(fault);
  }

  /** Goes on when the list was read again; fails with this error when it need not be, or cannot be read. */
  #readAgain(fault: Error, goOn: () => void): void {
    const { book, params, options, listener, readList } = this.#parts;
    if (!book.mayBeOld(params.name)) {
      listener.error(fault);
      return;
    }
    const abort = new AbortController();
    this.#reading = abort;
    const { signal, timeout } = options;
    const unfollow = signal && follow(signal, abort);
    const read = (): void => {
      if (!abort.signal.aborted) goOn();
      else if (signal?.aborted === true) listener.error(signal.reason);
    };
    const unread = (): void => {
      if (!abort.signal.aborted) listener.error(fault);
      else if (signal?.aborted === true) listener.error(signal.reason);
    };
    readList({ signal: abort.signal, ...(timeout !== undefined && { timeout }) })
      .then(read, unread)
      .finally(() => unfollow?.());
  }
}
