import { report } from '../../base/report.ts';
import type { McpConnection } from './connection.ts';

/** The level from which on a connection tells its log: it belongs to the connection, and not to a request. */
class LogLevel {
  level: string | undefined;

  constructor({ transport }: McpConnection) {
    // A session of HTTP that is begun anew knows nothing of it.
    const next = (): void => {
      this.level = undefined;
    };
    transport.renewed$?.subscribe({ next, error: report });
  }
}

/** As far as sessions and clients of the pool have said. */
const levels = new WeakMap<McpConnection, LogLevel>();

/** Whether a connection has to be told this level before a request of somebody who wants it. */
export function isOtherLevel(connection: McpConnection, level: string): boolean {
  return levels.get(connection)?.level !== level;
}

/** To be called when the connection was told this level. */
export function noteLevel(connection: McpConnection, level: string): void {
  const its = levels.get(connection) ?? new LogLevel(connection);
  its.level = level;
  levels.set(connection, its);
}
