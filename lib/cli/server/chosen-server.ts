import type { ReadyServer } from '../../mcp/config/configured-server.ts';
import type { ToolRules } from '../../mcp/config/tool-rules.ts';
import type { McpPoolOptions } from '../../mcp/mcp-pool-options.ts';
import type { McpTransport } from '../../mcp/transport/transport.ts';

/** The server that a command is for. */
export interface ChosenServer {
  readonly transport: McpTransport;
  /** What its file says of its pool; empty where there is no file. */
  readonly options: Partial<McpPoolOptions>;
  /** How long a request may take, in milliseconds, where its file says so. */
  readonly timeoutMs: number | undefined;
  /** Which of its tools there are, where its file says so. */
  readonly tools?: ToolRules | undefined;
  /** How many connections all processes together may have, where its file says so. */
  readonly cap?: number | undefined;
  /** Where its file says `sharing: 'auto'`: see `ReadyServer`. */
  readonly shared?: ReadyServer['shared'] | undefined;
  /** What it was made of, where it stands in a file: see `ReadyServer`. */
  readonly source?: unknown;
  /** For programs: how it was chosen, without anything that may be secret. */
  readonly report: Readonly<Record<string, unknown>>;
}
