import { report } from '../../base/report.ts';
import type { McpPoolFamily } from '../family/mcp-pool-family.ts';
import type { McpPool } from '../mcp-pool.ts';

/** Whatever the SDK takes for a level. */
type Level = Parameters<McpPool['client']['setLoggingLevel']>[0];

/** The level of the log of all servers, those included that are started later. */
export class LogLevels {
  readonly #family: McpPoolFamily<string>;
  #level: string | undefined;

  constructor(family: McpPoolFamily<string>) {
    this.#family = family;
  }

  set(level: string): void {
    const isFirst = this.#level === undefined;
    this.#level = level;
    // It emits the pools that there are as well.
    if (isFirst) this.#family.pools$.subscribe({ next: this.#tell.bind(this), error: report });
    else this.#family.pools().forEach(this.#tell.bind(this));
  }

  /** All connections of the pool, those included that come up later. */
  #tell({ client }: McpPool): void {
    // A server without a log is left alone.
    if (this.#level !== undefined) client.setLoggingLevel(this.#level as Level).catch(() => undefined);
  }
}
