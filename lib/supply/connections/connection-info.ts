import type { ConnectionInfo } from '../../events/connection-event.ts';
import type { Connector } from '../connector.ts';
import { messageOf } from '../../base/thrown.ts';

/** What the user says of a connection, as text that a log can hold; `undefined` where that is nothing, or throws. */
export function connectionInfo<C>(connector: Connector<C>, connection: C): ConnectionInfo | undefined {
  try {
    const info: unknown = connector.describe?.(connection);
    if (typeof info !== 'object' || info === null) return undefined;
    // From untyped code it may hold anything.
    return Object.fromEntries(Object.entries(info).map(([name, value]) => [name, messageOf(value)]));
  } catch {
    return undefined;
  }
}
