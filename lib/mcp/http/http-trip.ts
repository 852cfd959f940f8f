import { toError } from '../../base/thrown.ts';
import { Authorised } from './authorised.ts';
import { decoded, isEncoded } from './decoded.ts';
import type { HttpController, HttpHandler, HttpHeaders } from './dispatcher.ts';
import { replaced } from './headers.ts';
import type { HttpWire } from './http-wire.ts';
import { type Refused, placeOf } from './judge.ts';
import { type Body, otherBody } from './response.ts';

const MOST_REDIRECTS = 5;

/** What is to be sent to the server's endpoint. */
export interface Call {
  readonly verb: 'POST' | 'GET' | 'DELETE';
  readonly text: string | undefined;
  /** Beside those of all requests; names in lower case and values in turn. */
  readonly headers: readonly string[];
  /** Whether they may stand in place of those of all requests, and not only beside them. */
  readonly replaces: boolean;
}

/** Who is told what comes of a trip. */
export interface TripListener {
  /** A response of success has begun; returns who takes its body. */
  responds(status: number, headers: HttpHeaders): Body;
  /** A response of failure that nothing can be done about here; `path`: that which was asked. */
  refused(refused: Refused, path: string): void;
  /** Nothing comes any more. `sent`: whether the server may have got the request; `hasBegun`: whether it had begun to answer. */
  broken(error: Error, sent: boolean, hasBegun: boolean): void;
  /** There is no token to go with it. */
  failed(error: Error): void;
}

/**
 * A request and its response, with all that has to be sent again on the way: after a redirect within the server's origin, of
 * which 307 and 308 are followed, and after new tokens.
 */
export class HttpTrip implements HttpHandler {
  readonly #wire: HttpWire;
  readonly #listener: TripListener;
  #call: Call = { verb: 'POST', text: undefined, headers: [], replaces: false };
  #path: string;
  #redirects = 0;
  #authorised: Authorised | undefined;
  #controller: HttpController | undefined;
  #body: Body | undefined;
  #wasSent = false;
  #isOver = false;

  constructor(wire: HttpWire, listener: TripListener) {
    this.#wire = wire;
    this.#listener = listener;
    this.#path = wire.path;
  }

  send(call: Call): void {
    const { auth, headers, target } = this.#wire;
    this.#call = call;
    if (auth === undefined) {
      this.#dispatch(headers.authorization);
      return;
    }
    this.#authorised ??= new Authorised(auth, target);
    this.#authorised.show((shown) => {
      this.#dispatch(shown ?? headers.authorization);
    }, this.#denied.bind(this));
  }

  /** Nothing is told from now on. `reason`: why it is given up, where its response has not ended. */
  end(reason?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#authorised?.stop();
    this.#body?.stop();
    if (reason) this.#controller?.abort(reason);
  }

  onRequestStart(controller: HttpController): void {
    this.#controller = controller;
    this.#wasSent = true;
    // It was given up while it waited for a connection.
    if (this.#isOver) controller.abort(new Error('the request was given up'));
  }

  onResponseStart(_: HttpController, status: number, headers: HttpHeaders, statusText = ''): void {
    if (status < 200 || this.#isOver) return;
    if (isEncoded(headers)) this.#decode(status, headers, statusText);
    else this.#body = this.#bodyFor(status, headers, statusText);
  }

  onResponseData(_: HttpController, chunk: Buffer): void {
    if (!this.#isOver) this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#isOver) this.#body?.end();
  }

  onResponseError(_: HttpController | undefined, error: Error): void {
    if (!this.#isOver) this.#listener.broken(error, this.#wasSent, this.#body !== undefined);
  }

  #bodyFor(status: number, headers: HttpHeaders, statusText: string): Body {
    return status < 300 ? this.#listener.responds(status, headers) : this.#refusal({ status, statusText, headers });
  }

  #decode(status: number, headers: HttpHeaders, statusText: string): void {
    // The length is that of the compressed body.
    const body = this.#bodyFor(status, { ...headers, 'content-length': undefined }, statusText);
    this.#body = decoded(headers, body, this.onResponseError.bind(this, undefined));
  }

  #dispatch(authorization: string | undefined): void {
    if (this.#isOver) return;
    const { origin, dispatcher, headers: always } = this.#wire;
    const { verb: method, text: body = null, headers: own, replaces } = this.#call;
    const headers = replaces ? replaced(always[method], own) : [...always[method], ...own];
    if (authorization !== undefined) headers.push('authorization', authorization);
    const request = { origin, path: this.#path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 } as const;
    this.#body = undefined;
    this.#wasSent = false;
    try {
      dispatcher.dispatch(request, this);
    } catch (error) {
      this.onResponseError(undefined, toError(error));
    }
  }

  #refusal(head: Omit<Refused, 'text'>): Body {
    return otherBody((text) => {
      const refused = { ...head, text };
      if (this.#isRedirected(refused)) this.send(this.#call);
      else if (this.#authorised?.canHelp(refused) === true) {
        this.#authorised.help(refused, this.send.bind(this, this.#call), this.#denied.bind(this));
      } else this.#listener.refused(refused, this.#path);
    });
  }

  /** Whether it leads elsewhere within the origin: credentials go nowhere else. */
  #isRedirected({ status, headers }: Refused): boolean {
    if ((status !== 307 && status !== 308) || this.#redirects === MOST_REDIRECTS) return false;
    const place = placeOf(headers, new URL(this.#path, this.#wire.origin));
    if (place?.origin !== this.#wire.origin) return false;
    this.#redirects++;
    this.#path = place.pathname + place.search;
    return true;
  }

  #denied(error: unknown): void {
    if (!this.#isOver) this.#listener.failed(toError(error));
  }
}
