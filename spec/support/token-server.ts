import { ClientCredentialsProvider, type DpopSession } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of the token endpoint. */
export interface TokenRequest {
  readonly headers: IncomingHttpHeaders;
  readonly form: URLSearchParams;
}

/** An authorization server that grants what is asked for: `token-1` with the scope that is wanted, then `token-2`, and so on. */
export interface TokenServer {
  readonly issuer: string;
  readonly requests: TokenRequest[];
  stop(): Promise<void>;
}

/** Starts one whose tokens are of this type. */
export async function startTokenServer(tokenType: 'Bearer' | 'DPoP'): Promise<TokenServer> {
  const requests: TokenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const say = (body: object): void => {
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (incoming.method === 'GET') {
      say(metadataOf(product.issuer));
      return;
    }
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      requests.push({ headers: incoming.headers, form });
      say({ access_token: `token-${requests.length}`, token_type: tokenType, scope: form.get('scope') ?? '' });
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const product: TokenServer = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
  return product;
}

/** An OAuth client of its own right, and what binds its tokens to a key, if anything does. */
export function credentials({ issuer }: TokenServer, dpop?: DpopSession): ClientCredentialsProvider {
  const provider = new ClientCredentialsProvider({
    clientId: 'spec',
    clientSecret: 'secret',
    scope: 'read',
    expectedIssuer: issuer,
  });
  return dpop === undefined ? provider : Object.assign(provider, { dpop: () => dpop });
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    dpop_signing_alg_values_supported: ['ES256'],
  };
}
