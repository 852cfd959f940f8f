import {
  type AuthProvider,
  type FetchLike,
  type InsufficientScopeError,
  type OAuthClientProvider,
  withDpopFromProvider,
} from '@modelcontextprotocol/client';
import { adaptedOAuth, isOAuth } from './oauth-adapter.ts';
import type { Redactor } from '../transport/redactor.ts';
import type { Challenge, SharedProvider } from './token-provider.ts';

/** Of the requests that wait for one refresh; aborted when none is left. */
interface Refresh {
  readonly done: Promise<void>;
  readonly abort: AbortController;
  waiting: number;
}

/**
 * The tokens of all connections of a pool: however many meet a 401 at the same time, the provider refreshes once, and who
 * meets one for a token that has been replaced meanwhile goes on with the new one.
 */
export class SharedAuth {
  readonly #provider: SharedProvider;
  readonly #url: URL;
  readonly #fetch: FetchLike;
  readonly #redactor: Redactor;
  #refresh: Refresh | undefined;

  constructor(provider: AuthProvider | OAuthClientProvider, url: URL, fetch: FetchLike, redactor: Redactor) {
    this.#provider = isOAuth(provider) ? adaptedOAuth(provider) : provider;
    this.#url = url;
    this.#fetch = fetch;
    this.#redactor = redactor;
  }

  /** The token for the next request. */
  async token(): Promise<string | undefined> {
    const token = await this.#provider.token();
    if (token !== undefined) this.#redactor.add(token);
    return token;
  }

  /**
   * Gets a new token, or waits for one that others are getting; resolves with whether there is anybody who can. `used`: what
   * the request has said in `Authorization`; its `signal` ends the waiting, and the last one to leave ends the refresh.
   */
  async refresh(response: Response, used: string | undefined, signal: AbortSignal): Promise<boolean> {
    const provider = this.#provider;
    if (!provider.onUnauthorized) return false;
    const token = this.#refresh ? undefined : await this.token();
    const isReplaced = token !== undefined && used !== `Bearer ${token}`;
    if (!isReplaced) await this.#once((context) => provider.onUnauthorized?.({ response, ...context }), signal);
    return true;
  }

  /** The same for a token with more rights. */
  async stepUp(error: InsufficientScopeError, used: string | undefined, signal: AbortSignal): Promise<boolean> {
    const provider = this.#provider;
    if (!provider.stepUp) return false;
    const token = this.#refresh ? undefined : await this.token();
    const isReplaced = used !== undefined && token !== undefined && used !== `Bearer ${token}`;
    await this.#once((context) => provider.stepUp?.(error, context, isReplaced), signal);
    return true;
  }

  /** Joins what is under way, or begins it. */
  async #once(
    work: (context: Omit<Challenge, 'response'>) => Promise<void> | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const left = this.#refresh;
    // Nobody waited for it any more: that it was given up is no failure of ours.
    if (left?.abort.signal.aborted === true && (await succeeds(left, signal))) return;
    const refresh = (this.#refresh ??= this.#begin(work));
    refresh.waiting++;
    try {
      await Promise.race([refresh.done, whenAborted(signal)]);
    } finally {
      if (--refresh.waiting === 0) refresh.abort.abort();
    }
  }

  #begin(work: (context: Omit<Challenge, 'response'>) => Promise<void> | undefined): Refresh {
    const abort = new AbortController();
    // Of no connection in particular: the first to meet the 401 may be closed while others still wait.
    const fetchFn: FetchLike = (url, init) => this.#fetch(url, { ...init, signal: abort.signal });
    const done = (async () => {
      try {
        await work({ serverUrl: this.#url, fetchFn });
      } finally {
        this.#refresh = undefined;
      }
    })();
    // Those who wait hear of it, unless all have left.
    done.catch(() => undefined);
    return { done, abort, waiting: 0 };
  }
}

/** The fetch of a provider that binds its tokens to a key (DPoP), or the given one. */
export function boundFetch(provider: AuthProvider | OAuthClientProvider | undefined, fetch: FetchLike): FetchLike {
  return provider && isOAuth(provider) && provider.dpop ? withDpopFromProvider(provider)(fetch) : fetch;
}

/** Whether it comes to a good end all the same, for it need not heed its signal. */
function succeeds({ done }: Refresh, signal: AbortSignal): Promise<boolean> {
  const succeeded = done.then(
    () => true,
    () => false,
  );
  return Promise.race([succeeded, whenAborted(signal)]);
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new Error('the request was given up'));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
