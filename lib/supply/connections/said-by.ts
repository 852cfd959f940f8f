import type { Connector } from '../connector.ts';

/** What a connection that is still connecting has reported so far; `undefined` if the user's function throws. */
export function saidBy<C>(connector: Connector<C>, connection: C): string | undefined {
  try {
    return connector.saidSoFar?.(connection);
  } catch {
    return undefined;
  }
}
