import type { FetchLike } from '@modelcontextprotocol/client';
import type { HttpController, HttpDispatcher, HttpHandler, HttpHeaders, HttpRequest } from './dispatcher.ts';

/** A user's `fetch` in the shape of a dispatcher, so that there is one way to carry messages and not two. */
export function fetchDispatcher(fetch: FetchLike): HttpDispatcher {
  return {
    dispatch(request, handler) {
      void carry(fetch, request, handler);
    },
  };
}

async function carry(fetch: FetchLike, request: HttpRequest, handler: HttpHandler): Promise<void> {
  const controller = new FetchController();
  // That a `fetch` has sent something is never known.
  handler.onRequestStart(controller, undefined);
  try {
    const response = await fetch(new URL(request.path, request.origin), initOf(request, controller.signal));
    handler.onResponseStart(controller, response.status, headersOf(response), response.statusText);
    const body: AsyncIterable<Uint8Array> | Iterable<never> = response.body ?? [];
    for await (const { buffer, byteOffset, byteLength } of body) {
      handler.onResponseData(controller, Buffer.from(buffer, byteOffset, byteLength));
      await controller.resumed;
    }
    handler.onResponseEnd(controller, {});
  } catch (error) {
    handler.onResponseError(controller, error instanceof Error ? error : new Error(String(error)));
  }
}

function initOf({ method, headers, body }: HttpRequest, signal: AbortSignal): RequestInit {
  const all = new Headers();
  for (let at = 0; at < headers.length; at += 2) all.append(headers[at] ?? '', headers[at + 1] ?? '');
  const init: RequestInit = { method, headers: all, signal, redirect: 'manual' };
  if (body !== undefined) init.body = body as NonNullable<RequestInit['body']>;
  return init;
}

/** Without those that are about the body as it was before `fetch` decoded it. */
function headersOf({ headers }: Response): HttpHeaders {
  const all = [...headers].filter(([name]) => name !== 'content-encoding' && name !== 'content-length');
  return Object.fromEntries(all);
}

class FetchController implements HttpController {
  readonly #abort = new AbortController();
  #resume: (() => void) | undefined;
  /** Resolves when the body is to be read on. */
  resumed: Promise<void> | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(reason: Error): void {
    this.#abort.abort(reason);
    this.resume();
  }

  pause(): void {
    this.resumed ??= new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#resume?.();
    this.resumed = undefined;
  }
}
