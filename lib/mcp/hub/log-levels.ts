import { report } from '../../base/report.ts';
import type { McpPoolFamily } from '../family/mcp-pool-family.ts';
import type { McpPool } from '../mcp-pool.ts';

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

  #tell({ client }: McpPool): void {
    // A server without a log is left alone.
    client.request({ method: 'logging/setLevel', params: { level: this.#level } }, {}).catch(() => undefined);
  }
}
