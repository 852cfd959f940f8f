import type { ConnectionInfo } from '../../events/connection-event.ts';
import type { Connector } from '../connector.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * The user's description of a connection as text for the log; `undefined` if there is none or the user's function
 * throws.
 */
export function connectionInfo<C>(connector: Connector<C>, connection: C): ConnectionInfo | undefined {
  try {
    const info: unknown = connector.describe?.(connection);
    if (typeof info !== 'object' || info === null) return undefined;
    // Untyped code may return values of any type.
    return Object.fromEntries(Object.entries(info).map(([name, value]) => [name, messageOf(value)]));
  } catch {
    return undefined;
  }
}
