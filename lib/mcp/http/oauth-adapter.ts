import {
  type AuthProvider,
  type OAuthClientProvider,
  UnauthorizedError,
  auth,
  computeScopeUnion,
  extractWWWAuthenticateParams,
  isStrictScopeSuperset,
} from '@modelcontextprotocol/client';
import type { SharedProvider } from './token-provider.ts';

/** Whether it speaks OAuth, and is no mere source of tokens; told apart as the SDK does. */
export function isOAuth(provider: AuthProvider | OAuthClientProvider): provider is OAuthClientProvider {
  return 'tokens' in provider && 'clientInformation' in provider;
}

/**
 * An OAuth client as a source of tokens, by the SDK's `auth`: what the SDK's transport does for one connection, for all of
 * a pool. Rejects with an `UnauthorizedError` where somebody has to be asked first.
 */
export function adaptedOAuth(provider: OAuthClientProvider): SharedProvider {
  let scope: string | undefined;
  let resourceMetadataUrl: URL | undefined;
  const authorize = async (
    options: Pick<Parameters<typeof auth>[1], 'serverUrl' | 'fetchFn' | 'forceReauthorization'>,
  ) => {
    const known = { ...(scope !== undefined && { scope }), ...(resourceMetadataUrl && { resourceMetadataUrl }) };
    if ((await auth(provider, { ...options, ...known })) !== 'AUTHORIZED') throw new UnauthorizedError();
  };
  return {
    token: async () => (await provider.tokens())?.access_token,
    onUnauthorized: async ({ response, serverUrl, fetchFn }) => {
      const challenge = extractWWWAuthenticateParams(response);
      resourceMetadataUrl = challenge.resourceMetadataUrl ?? resourceMetadataUrl;
      scope = computeScopeUnion(scope, challenge.scope);
      await authorize({ serverUrl, fetchFn });
    },
    stepUp: async ({ requiredScope, resourceMetadataUrl: metadata }, { serverUrl, fetchFn }, isReplaced) => {
      const granted = (await provider.tokens())?.scope;
      // Another request has asked for them meanwhile.
      if (isReplaced && !isStrictScopeSuperset(computeScopeUnion(granted, requiredScope), granted)) return;
      resourceMetadataUrl = metadata ?? resourceMetadataUrl;
      scope = computeScopeUnion(scope, granted, requiredScope);
      // A refresh cannot widen what was granted (RFC 6749, 6).
      await authorize({ serverUrl, fetchFn, forceReauthorization: isStrictScopeSuperset(scope, granted) });
    },
  };
}
