import {
  type HttpController,
  type HttpDispatcher,
  type HttpHandler,
  type HttpHeaders,
  type HttpRequest,
} from './dispatcher.ts';

/** Where undici keeps the dispatcher of everybody, the newer ones first. */
const places = [Symbol.for('undici.globalDispatcher.2'), Symbol.for('undici.globalDispatcher.1')];

/**
 * The dispatcher that somebody has set for everybody, by `setGlobalDispatcher` of any undici; `undefined` where there is
 * none, or only that which Node and undici set by themselves: an agent without options.
 */
export function globalDispatcher(): HttpDispatcher | undefined {
  for (const place of places) {
    const found: unknown = Reflect.get(globalThis, place);
    const usable = isDispatcher(found) ? usableOf(found) : undefined;
    if (usable) return usable;
  }
  return undefined;
}

/** What was found before, because it is looked for with each request. */
const known = new WeakMap<HttpDispatcher, HttpDispatcher | undefined>();

function usableOf(found: HttpDispatcher): HttpDispatcher | undefined {
  if (!known.has(found)) known.set(found, isDefault(found) ? undefined : foreignDispatcher(found));
  return known.get(found);
}

/** Whether something can be used as a dispatcher. */
export function isDispatcher(value: unknown): value is HttpDispatcher {
  return typeof value === 'object' && value !== null && 'dispatch' in value && typeof value.dispatch === 'function';
}

function isDefault(dispatcher: HttpDispatcher): boolean {
  const { name } = dispatcher.constructor;
  // What undici 8 leaves for older ones stands for the one in the newer place.
  if (name === 'Dispatcher1Wrapper') return true;
  if (name !== 'Agent') return false;
  const key = Object.getOwnPropertySymbols(dispatcher).find(({ description }) => description === 'options');
  const options: unknown = key && Reflect.get(dispatcher, key);
  if (typeof options !== 'object' || options === null) return false;
  return Object.entries(options).every(([, value]) => value === undefined || value === Infinity);
}

/** A dispatcher of somebody else, of undici 6 or later: up to undici 6 they know only the older kind of handlers. */
export function foreignDispatcher(dispatcher: HttpDispatcher): HttpDispatcher {
  return { dispatch: (request: HttpRequest, handler) => dispatcher.dispatch(request, new EitherHandler(handler)) };
}

/** A handler of both kinds: who knows the newer one calls nothing of the older. */
class EitherHandler implements HttpHandler {
  readonly #handler: HttpHandler;
  #controller: HttpController | undefined;
  #isPaused = false;
  #resume: () => void = () => undefined;

  constructor(handler: HttpHandler) {
    this.#handler = handler;
  }

  onRequestStart(controller: HttpController, context: unknown): void {
    this.#handler.onRequestStart(controller, context);
  }

  onResponseStart(controller: HttpController, status: number, headers: HttpHeaders, statusText?: string): void {
    this.#handler.onResponseStart(controller, status, headers, statusText);
  }

  onResponseData(controller: HttpController, chunk: Buffer): void {
    this.#handler.onResponseData(controller, chunk);
  }

  onResponseEnd(controller: HttpController, trailers: HttpHeaders): void {
    this.#handler.onResponseEnd(controller, trailers);
  }

  onResponseError(controller: HttpController | undefined, error: Error): void {
    this.#handler.onResponseError(controller, error);
  }

  onConnect(abort: (error: Error) => void): void {
    const pause = (isPaused: boolean): void => {
      this.#isPaused = isPaused;
      if (!isPaused) this.#resume();
    };
    this.#controller = { abort, pause: pause.bind(undefined, true), resume: pause.bind(undefined, false) };
    this.#handler.onRequestStart(this.#controller, undefined);
  }

  onHeaders(status: number, raw: readonly Uint8Array[], resume: () => void, statusText?: string): boolean {
    this.#resume = resume;
    if (this.#controller) this.#handler.onResponseStart(this.#controller, status, headersIn(raw), statusText);
    return !this.#isPaused;
  }

  onData(chunk: Buffer): boolean {
    if (this.#controller) this.#handler.onResponseData(this.#controller, chunk);
    return !this.#isPaused;
  }

  onComplete(): void {
    if (this.#controller) this.#handler.onResponseEnd(this.#controller, {});
  }

  onError(error: Error): void {
    this.#handler.onResponseError(this.#controller, error);
  }
}

/** The headers of names and values in turn, as bytes; of several of one name all. */
function headersIn(raw: readonly Uint8Array[]): HttpHeaders {
  const headers: Record<string, string | string[]> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = latin(raw[at]).toLowerCase();
    const value = latin(raw[at + 1]);
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

function latin(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('latin1');
}
