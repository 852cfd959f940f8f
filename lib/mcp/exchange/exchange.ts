import {
  type JSONRPCResponse,
  type Progress,
  type RequestOptions,
  type Result,
  SdkError,
  SdkErrorCode,
} from '@modelcontextprotocol/client';
import type { Unsubscribable } from 'rxjs';
import { type AsyncContext, currentContext } from '../../base/async-context.ts';
import type { DeadlineList, Timed } from '../../base/deadlines.ts';
import { onAbort } from '../../base/on-abort.ts';
import { report, reporting } from '../../base/report.ts';
import type { McpRequest } from '../transport/mcp-request.ts';
import type { ToldRequest } from '../transport/told-requests.ts';

/**
 * Who is told what comes of something: the result and then completion, or an error. What it throws is reported. An RxJS
 * subscriber is one.
 */
export interface ResultListener<R> {
  next(result: R): void;
  error(error: unknown): void;
  complete?(): void;
}

/** Who is told what comes of an exchange. */
export interface ExchangeListener extends ResultListener<Result> {
  /** Takes the answer as the server sent it, in place of `next` and `error`. */
  raw?(answer: JSONRPCResponse): void;
}

/** What an exchange needs of the connection on which it takes place. */
export interface ExchangeHost {
  /** Begins to count this exchange's time, or to count it anew. */
  time(exchange: Exchange, now: number): void;
  /** Its time does not count any more. */
  untime(exchange: Exchange): void;
  /** To be called once when an exchange is over because of what came, and the server need not be told. */
  ended(exchange: Exchange): void;
  /** To be called once when an exchange is over because nobody wants its answer: tells the server. */
  cancelled(exchange: Exchange, reason: string): void;
  /** Tells the listener what this answer means. */
  judge(exchange: Exchange, answer: JSONRPCResponse): void;
}

/** How long an answer may take when nothing is said, in milliseconds; as in the SDK. */
export const TIMEOUT_MS = 60_000;

const NOBODY: ExchangeListener = { next: () => undefined, error: () => undefined };

/** What makes an exchange. */
export interface ExchangeParts {
  readonly host: ExchangeHost;
  readonly id: number;
  readonly request: McpRequest;
  readonly options: RequestOptions;
  readonly listener: ExchangeListener;
  readonly version: string | undefined;
  readonly outlasts: boolean;
}

/**
 * One request on the transport of a connection, with all that belongs to it until its answer: its deadline, its progress,
 * its signal and the asynchronous context of whoever asked, in which the listener is told. Unsubscribing cancels it at the
 * server.
 */
export class Exchange implements ToldRequest, Timed<Exchange>, Unsubscribable {
  readonly id: number;
  readonly request: McpRequest;
  readonly options: RequestOptions;
  /**
   * Let go when the exchange is over. What belongs to a request must not outlive it by way of something that V8 has put among
   * the old objects, as it does with the lists of teardowns in RxJS.
   */
  listener: ExchangeListener;
  readonly version: string | undefined;
  readonly outlasts: boolean;
  carrier: { abort(): void } | undefined = undefined;
  /** What goes on though the answer has come, because it was a question; to be ended when nobody wants the outcome. */
  afterwards: AbortController | undefined = undefined;
  isOver = false;
  deadline: number;
  list: DeadlineList<Exchange> | undefined = undefined;
  previous: Exchange | undefined = undefined;
  following: Exchange | undefined = undefined;
  readonly #host: ExchangeHost;
  readonly #context: AsyncContext = currentContext();
  readonly #begunAt: number;
  readonly #unfollow: (() => void) | undefined;

  constructor({ host, id, request, options, listener, version, outlasts }: ExchangeParts, now: number) {
    this.#host = host;
    this.id = id;
    this.request = request;
    this.options = options;
    this.listener = listener;
    this.version = version;
    this.outlasts = outlasts;
    this.deadline = now;
    this.#begunAt = now;
    // Untyped code may say `null`.
    const signal = (options.signal as AbortSignal | null | undefined) ?? undefined;
    if (signal !== undefined)
      this.#unfollow = onAbort(signal, () => {
        this.#giveUp(signal.reason);
      });
  }

  get method(): string {
    return this.request.method;
  }

  get params(): McpRequest['params'] {
    return this.request.params;
  }

  get headers(): RequestOptions['headers'] {
    return this.options.headers;
  }

  /** How long an answer may take, in milliseconds. */
  get timeoutMs(): number {
    return this.options.timeout ?? TIMEOUT_MS;
  }

  answered(message: JSONRPCResponse): void {
    if (this.isOver) return;
    this.#end();
    this.#host.ended(this);
    this.#context.runInAsyncScope(judge, undefined, this.#host, this, message);
    this.listener = NOBODY;
  }

  progressed(progress: Progress): void {
    const { onprogress, resetTimeoutOnProgress } = this.options;
    if (this.isOver || (resetTimeoutOnProgress === true && this.#hasTakenTooLong())) return;
    if (onprogress !== undefined) this.#context.runInAsyncScope(reporting(onprogress), undefined, progress);
  }

  /** Its answer will not come, and there is nobody who would have to know. */
  fail(error: unknown): void {
    if (this.isOver) return;
    this.#end();
    this.#host.ended(this);
    this.#context.runInAsyncScope(tellError, undefined, this.listener, error);
    this.listener = NOBODY;
  }

  /** Whoever asked has given the connection back: cancels it at the server, and fails with this error. */
  abandon(error: Error): void {
    this.#cancel(error.message, error);
  }

  /** Its time is up. */
  expire(): void {
    const { timeoutMs: timeout } = this;
    this.#giveUp(new SdkError(SdkErrorCode.RequestTimeout, 'Request timed out', { timeout }));
  }

  unsubscribe(): void {
    this.afterwards?.abort();
    if (this.isOver) return;
    this.#end();
    this.#host.cancelled(this, 'AbortError: This operation was aborted');
    this.listener = NOBODY;
  }

  #giveUp(reason: unknown): void {
    this.#cancel(String(reason), reason);
  }

  #cancel(reason: string, error: unknown): void {
    if (this.isOver) return;
    this.#end();
    this.#host.cancelled(this, reason);
    this.#context.runInAsyncScope(tellError, undefined, this.listener, error);
    this.listener = NOBODY;
  }

  /** Begins its time anew, unless all of it is over. */
  #hasTakenTooLong(): boolean {
    const { maxTotalTimeout } = this.options;
    const totalElapsed = performance.now() - this.#begunAt;
    if (maxTotalTimeout !== undefined && maxTotalTimeout > 0 && totalElapsed >= maxTotalTimeout) {
      const data = { maxTotalTimeout, totalElapsed };
      this.#giveUp(new SdkError(SdkErrorCode.RequestTimeout, 'Maximum total timeout exceeded', data));
      return true;
    }
    this.#host.time(this, performance.now());
    return false;
  }

  #end(): void {
    this.isOver = true;
    this.#host.untime(this);
    this.#unfollow?.();
  }
}

function judge(host: ExchangeHost, exchange: Exchange, message: JSONRPCResponse): void {
  const { listener } = exchange;
  try {
    host.judge(exchange, message);
  } catch (error) {
    // Of a user's validator, say. A listener that was told already hears no more.
    tellError(listener, error);
  }
}

function tellError(listener: ExchangeListener, reason: unknown): void {
  try {
    listener.error(reason);
  } catch (error) {
    report(error);
  }
}
