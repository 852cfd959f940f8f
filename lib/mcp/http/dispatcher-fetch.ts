import type { FetchLike } from '@modelcontextprotocol/client';
import type { HttpController, HttpDispatcher, HttpHandler, HttpHeaders } from './dispatcher.ts';

/** Statuses of responses that have no body. */
const WITHOUT_BODY: readonly number[] = [204, 205, 304];

/**
 * A `fetch` made of a dispatcher, for whoever needs one: the SDK's helpers for tokens. It takes a body of text, bytes or
 * form parameters, heeds `signal` and follows no redirects.
 */
export function dispatcherFetch(dispatcher: HttpDispatcher): FetchLike {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const { origin, pathname, search } = new URL(url);
      const { body, headers } = bodyOf(init);
      const handler = new FetchHandler(init.signal ?? undefined, resolve, reject);
      dispatcher.dispatch(
        {
          ...{ origin, path: pathname + search, method: (init.method ?? 'GET').toUpperCase() },
          ...{ headers: [...headers].flat(), headersTimeout: 0, bodyTimeout: 0 },
          ...(body !== undefined && { body }),
        },
        handler,
      );
    });
}

function bodyOf({ body, headers: given }: RequestInit): { body: string | Uint8Array | undefined; headers: Headers } {
  const headers = new Headers(given);
  if (body === undefined || body === null) return { body: undefined, headers };
  if (body instanceof URLSearchParams) {
    if (!headers.has('content-type')) {
      headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
    }
    return { body: body.toString(), headers };
  }
  if (typeof body === 'string' || body instanceof Uint8Array) return { body, headers };
  throw new TypeError('a body must be text, bytes or form parameters');
}

/** Makes a response of what a dispatcher tells. */
class FetchHandler implements HttpHandler {
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  #body: ReadableStreamDefaultController<Uint8Array> | undefined;
  #controller: HttpController | undefined;

  constructor(
    signal: AbortSignal | undefined,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.throwIfAborted();
    signal?.addEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    const reason: unknown = this.#signal?.reason;
    const error = reason instanceof Error ? reason : new Error(String(reason));
    this.#controller?.abort(error);
    this.#fail(error);
  };

  onRequestStart(controller: HttpController): void {
    this.#controller = controller;
    if (this.#signal?.aborted === true) this.#abort();
  }

  onResponseStart(controller: HttpController, status: number, headers: HttpHeaders, statusText = ''): void {
    if (status < 200) return;
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => (this.#body = stream),
      pull: () => {
        controller.resume();
      },
      cancel: () => {
        this.#free();
        controller.abort(new Error('the body is not wanted'));
      },
    });
    const all = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]));
    const init = { status, statusText, headers: all as [string, string][] };
    this.#resolve(new Response(WITHOUT_BODY.includes(status) ? null : body, init));
  }

  onResponseData(controller: HttpController, chunk: Buffer): void {
    this.#body?.enqueue(new Uint8Array(chunk));
    if ((this.#body?.desiredSize ?? 1) <= 0) controller.pause();
  }

  onResponseEnd(): void {
    this.#free();
    this.#body?.close();
  }

  onResponseError(_: HttpController | undefined, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#free();
    this.#reject(error);
    this.#body?.error(error);
  }

  #free(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
  }
}
