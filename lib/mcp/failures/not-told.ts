import type { SubscriptionFilter } from '@modelcontextprotocol/client';

/** A server that listens to what it is asked for, and then says that it will tell of less. */
export class NotToldError extends Error {
  constructor(missing: readonly string[]) {
    super(`the server does not tell of ${missing.join(', ')}`);
  }
}

/** Throws a `NotToldError` unless the server tells of all that is wanted. */
export function checkTold(wanted: SubscriptionFilter, honoured: SubscriptionFilter): void {
  const missing = Object.keys(wanted).filter((name) => !(name in honoured));
  if (missing.length > 0) throw new NotToldError(missing);
}
