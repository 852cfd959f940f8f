import { report } from '../../base/report.ts';
import type { McpConnection } from '../connection/connection.ts';
import { isOtherLevel, noteLevel } from '../connection/log-levels.ts';
import type { Roster } from '../subscriptions/roster.ts';

/** The level from which on the servers of a pool tell their log, on each connection that there is and will be. */
export class LogLevel {
  readonly #roster: Roster;
  #level: string | undefined;

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** Has every connection told of the level, those included that come up later. A server that refuses it is left alone. */
  set(level: string): void {
    const isFirst = this.#level === undefined;
    this.#level = level;
    if (isFirst) this.#roster.joined$.subscribe({ next: this.#tell.bind(this), error: report });
    for (const connection of this.#roster) this.#tell(connection);
  }

  #tell(connection: McpConnection): void {
    const level = this.#level;
    if (level === undefined || !isOtherLevel(connection, level)) return;
    noteLevel(connection, level);
    // As the pool's own, so that the end of somebody's lease does not cancel it.
    const request = { method: 'logging/setLevel', params: { level } };
    connection.transport.requests.own(() => connection.request(request).subscribe({ error: () => undefined }));
  }
}
