import type { AuthProvider, InsufficientScopeError } from '@modelcontextprotocol/client';

export type Challenge = Parameters<NonNullable<AuthProvider['onUnauthorized']>>[0];

/** A provider that can also be asked for more rights. */
export interface SharedProvider extends AuthProvider {
  /** `isReplaced`: there is a newer token than the one that was not enough. */
  stepUp?(error: InsufficientScopeError, context: Omit<Challenge, 'response'>, isReplaced: boolean): Promise<void>;
}
