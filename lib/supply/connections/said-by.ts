import type { Connector } from '../connector.ts';

/** What a connection that is not up yet has said of itself so far; a function that throws says nothing. */
export function saidBy<C>(connector: Connector<C>, connection: C): string | undefined {
  try {
    return connector.saidSoFar?.(connection);
  } catch {
    return undefined;
  }
}
