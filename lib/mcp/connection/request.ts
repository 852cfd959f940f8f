import type { RequestOptions } from '@modelcontextprotocol/client';
import type { McpHandlers } from './handlers.ts';

/** The options of the SDK's `request`, and who answers what the server asks meanwhile. */
export interface McpRequestOptions extends RequestOptions {
  /** For this request alone; the client must have promised it by `clientOptions.capabilities`. */
  readonly handlers?: McpHandlers;
}
