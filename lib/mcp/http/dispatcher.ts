/** One HTTP request, as `dispatch` of undici takes it. */
export interface HttpRequest {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** In capitals. */
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** What is sent with it, where something is. */
  readonly body?: string | Uint8Array | null;
  /** No limit: how long an answer may take is for the caller to say. */
  readonly headersTimeout: 0;
  /** No limit: a stream of events may be silent for long. */
  readonly bodyTimeout: 0;
}

/** What a handler can do about its request once there is a connection for it. */
export interface HttpController {
  /** Ends the request, and with HTTP/1.1 its connection. */
  abort(reason: Error): void;
  /** Stops reading the body until `resume`. */
  pause(): void;
  /** Reads on. */
  resume(): void;
}

/** The headers of a response; names are in lower case. */
export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who is told what comes of a request: a handler as undici has them from version 7 on. */
export interface HttpHandler {
  /** There is a connection, and the request is about to be written. Without this call nothing of it was sent. */
  onRequestStart(controller: HttpController, context: unknown): void;
  /** Also called for informational responses, which have a status below 200. */
  onResponseStart(controller: HttpController, status: number, headers: HttpHeaders, statusText?: string): void;
  /** A part of the body has come. */
  onResponseData(controller: HttpController, chunk: Buffer): void;
  /** The body is whole. */
  onResponseEnd(controller: HttpController, trailers: HttpHeaders): void;
  /** The controller is absent where there was no connection. */
  onResponseError(controller: HttpController | undefined, error: Error): void;
}

/** Carries HTTP requests: an agent of undici, or a `fetch` in the shape of one. */
export interface HttpDispatcher {
  /** Sends a request, whose outcome is told to the handler; what it returns is not looked at. */
  dispatch(request: HttpRequest, handler: HttpHandler): unknown;
}

/** The value of a header; of several of one name the first. */
export function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}
