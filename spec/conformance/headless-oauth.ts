import type {
  OAuthClientMetadata,
  OAuthClientProvider,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';

const callback = 'http://localhost:3000/callback';

/** An OAuth client without a browser: it follows the redirect by itself, and keeps what it gets in memory. */
export class HeadlessOAuth implements OAuthClientProvider {
  readonly redirectUrl: string = callback;
  /** Where its metadata would stand; a server that can read them there needs no registration. */
  readonly clientMetadataUrl: string = 'https://conformance-test.local/client-metadata.json';
  readonly clientMetadata: OAuthClientMetadata = {
    client_name: 'rx-mcp-pool',
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
  };
  /** What came back with the last redirect. */
  answer: URLSearchParams = new URLSearchParams();
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';

  /** `client`: one that is registered already. */
  constructor(client?: StoredOAuthClientInformation) {
    this.#client = client;
  }

  clientInformation(): StoredOAuthClientInformation | undefined {
    return this.#client;
  }

  saveClientInformation(client: StoredOAuthClientInformation): void {
    this.#client = client;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const { headers } = await fetch(url, { redirect: 'manual' });
    const location = headers.get('location');
    if (location === null) throw new Error('the authorization endpoint did not redirect');
    this.answer = new URL(location).searchParams;
  }
}
