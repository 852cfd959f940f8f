import {
  type AuthProvider,
  InsufficientScopeError,
  UnauthorizedError,
  auth,
  computeScopeUnion,
  extractWWWAuthenticateParams,
} from '@modelcontextprotocol/client';
import type { HeadlessOAuth } from './headless-oauth.ts';

/** How often one request asks for more rights before it gives up. */
const mostStepUps = 2;

/** What the authorization flow of the SDK is told of a refusal. */
interface Challenge {
  readonly scope?: string | undefined;
  readonly resourceMetadataUrl?: URL | undefined;
}

/** The authorization of one server's client: tokens on a 401, wider scopes on a 403, all without a browser. */
export class Authorization implements AuthProvider {
  readonly #oauth: HeadlessOAuth;
  readonly #serverUrl: string;
  #scope: string | undefined;

  constructor(oauth: HeadlessOAuth, serverUrl: string) {
    this.#oauth = oauth;
    this.#serverUrl = serverUrl;
  }

  token(): Promise<string | undefined> {
    return Promise.resolve(this.#oauth.tokens()?.access_token);
  }

  async onUnauthorized({ response }: { readonly response: Response }): Promise<void> {
    await this.#authorize(extractWWWAuthenticateParams(response), false);
  }

  /** Calls again with a wider scope where the server says that the present one does not do. */
  async stepping<T>(call: () => Promise<T>): Promise<T> {
    for (let stepUps = 0; ; stepUps++) {
      try {
        return await call();
      } catch (error) {
        const refusal = refusalIn(error);
        if (refusal === undefined || stepUps === mostStepUps) throw error;
        await this.#authorize({ scope: refusal.requiredScope, resourceMetadataUrl: refusal.resourceMetadataUrl }, true);
      }
    }
  }

  async #authorize({ scope, resourceMetadataUrl }: Challenge, forceReauthorization: boolean): Promise<void> {
    const oauth = this.#oauth;
    this.#scope = computeScopeUnion(this.#scope, oauth.tokens()?.scope, scope);
    const options = {
      serverUrl: this.#serverUrl,
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
      ...(this.#scope !== undefined && { scope: this.#scope }),
    };
    if ((await auth(oauth, { ...options, forceReauthorization })) === 'AUTHORIZED') return;
    const code = oauth.answer.get('code');
    const iss = oauth.answer.get('iss');
    if (code === null) throw new UnauthorizedError('the redirect brought no code');
    await auth(oauth, { ...options, authorizationCode: code, ...(iss !== null && { iss }) });
  }
}

function refusalIn(error: unknown): InsufficientScopeError | undefined {
  if (error instanceof InsufficientScopeError) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}
