import {
  InsufficientScopeError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
  extractWWWAuthenticateParams,
} from '@modelcontextprotocol/client';
import { currentContext } from '../../base/async-context.ts';
import { HttpStatusError } from '../failures/http-status-error.ts';
import type { HttpHeaders } from './dispatcher.ts';
import type { Refused } from './judge.ts';
import type { SharedAuth } from './shared-auth.ts';

/** By this the SDK knows errors that come of tokens, also in another copy of it: they say nothing of a server's era. */
const AUTH_SEAM = Symbol.for('mcp.authSeamEscape');

/** The tokens of one exchange: what it shows, and what is done where that is not enough. */
export class Authorised {
  readonly #auth: SharedAuth;
  readonly #target: string;
  readonly #abort = new AbortController();
  /** Of whoever asks: a provider is code of the user. */
  readonly #context = currentContext();
  #authorization: string | undefined;
  #isRefreshed = false;
  #isWidened = false;

  constructor(auth: SharedAuth, target: string) {
    this.#auth = auth;
    this.#target = target;
  }

  /** Calls back with what to say in `Authorization`, if anything, or with what stands in the way of a token. */
  show(send: (authorization: string | undefined) => void, fail: (error: unknown) => void): void {
    const { signal } = this.#abort;
    this.#context.runInAsyncScope(() => {
      this.#auth.token().then((token) => {
        this.#authorization = token === undefined ? undefined : `Bearer ${token}`;
        if (!signal.aborted) send(this.#authorization);
      }, fromAuth(fail));
    });
  }

  /** Whether a response of failure is one that there may be a remedy for. */
  canHelp({ status, headers }: Refused): boolean {
    if (status === 401) return true;
    const challenges = [headers['www-authenticate'] ?? []].flat().join();
    return status === 403 && /\berror="?insufficient_scope\b/.test(challenges);
  }

  /** Calls back when the request may be sent once more, or with why that is of no use. */
  help(refused: Refused, again: () => void, fail: (error: unknown) => void): void {
    this.#context.runInAsyncScope(() => {
      (refused.status === 401 ? this.#refresh(refused) : this.#widen(refused)).then(again, fromAuth(fail));
    });
  }

  /** Nobody waits for it any more. */
  stop(): void {
    this.#abort.abort();
  }

  async #refresh(refused: Refused): Promise<void> {
    if (this.#isRefreshed) {
      const { status, statusText } = refused;
      const text = 'Server returned 401 after re-authentication';
      throw new SdkHttpError(SdkErrorCode.ClientHttpAuthentication, `${this.#target}: ${text}`, { status, statusText });
    }
    this.#isRefreshed = true;
    const response = responseOf(refused);
    if (!(await this.#auth.refresh(response, this.#authorization, this.#abort.signal))) throw new UnauthorizedError();
  }

  async #widen(refused: Refused): Promise<void> {
    const { scope, resourceMetadataUrl, errorDescription } = extractWWWAuthenticateParams(responseOf(refused));
    const error = new InsufficientScopeError({
      ...(scope !== undefined && { requiredScope: scope }),
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
      ...(errorDescription !== undefined && { errorDescription }),
    });
    if (this.#isWidened || !(await this.#auth.stepUp(error, this.#authorization, this.#abort.signal))) throw error;
    this.#isWidened = true;
  }
}

function fromAuth(fail: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    // A refusal by a server, such as that of tokens, is its own.
    if (error instanceof Error && !(error instanceof HttpStatusError) && Object.isExtensible(error)) {
      Object.defineProperty(error, AUTH_SEAM, { value: true, configurable: true });
    }
    fail(error);
  };
}

/** What the SDK's helpers take. */
function responseOf({ status, statusText, headers, text }: Refused): Response {
  return new Response(text, { status, statusText, headers: fieldsOf(headers) });
}

function fieldsOf(headers: HttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
}
