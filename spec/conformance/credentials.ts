import {
  ClientCredentialsProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  discoverOAuthServerInfo,
} from '@modelcontextprotocol/client';
import type { Assignment } from './scenarios.ts';

/** A client that has a secret. */
export async function secretCredentials({ url, context }: Assignment): Promise<OAuthClientProvider> {
  return new ClientCredentialsProvider({
    clientId: textIn(context, 'client_id'),
    clientSecret: textIn(context, 'client_secret'),
    expectedIssuer: await issuerOf(url),
  });
}

/** A client that has a private key. */
export async function keyCredentials({ url, context }: Assignment): Promise<OAuthClientProvider> {
  return new PrivateKeyJwtProvider({
    clientId: textIn(context, 'client_id'),
    privateKey: textIn(context, 'private_key_pem'),
    algorithm: 'signing_algorithm' in context ? textIn(context, 'signing_algorithm') : 'ES256',
    expectedIssuer: await issuerOf(url),
  });
}

/** What the suite tells a client under this name. */
export function textIn(context: Assignment['context'], name: string): string {
  const value = context[name];
  if (typeof value !== 'string') throw new Error(`the suite told no ${name}`);
  return value;
}

async function issuerOf(url: string): Promise<string> {
  const { authorizationServerUrl, authorizationServerMetadata } = await discoverOAuthServerInfo(url);
  return authorizationServerMetadata?.issuer ?? authorizationServerUrl;
}
