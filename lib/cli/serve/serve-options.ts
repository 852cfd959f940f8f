import type { Observable } from 'rxjs';
import type { McpConfig } from '../../mcp/config/read-config.ts';
import type { NameRule } from '../../mcp/hub/names.ts';

/** What is served, and how. */
export interface ServeOptions {
  readonly config: McpConfig;
  /** What is to be served from then on; never errors. */
  readonly changes$: Observable<McpConfig>;
  readonly names: NameRule;
  /** Connections to each server at most; as its file says where it is left out. */
  readonly maxSize: number | undefined;
}
