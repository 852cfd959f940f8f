import type { RequestOptions, Result, StandardSchemaV1 } from '@modelcontextprotocol/client';
import type { McpHandlers } from './handlers.ts';
import type { McpRequest } from '../transport/mcp-request.ts';

/** The options of the SDK's `request`, and who answers what the server asks meanwhile. */
export interface McpRequestOptions extends RequestOptions {
  /** For this request alone; the client must have promised it by `clientOptions.capabilities`. */
  readonly handlers?: McpHandlers;
}

/** Lets any result pass: the SDK has checked the message, and unknown methods have unknown results. */
export const anyResult: StandardSchemaV1<unknown, Result> = {
  '~standard': { version: 1, vendor: 'rx-mcp-pool', validate: (value) => ({ value: value as Result }) },
};

/** The request in the shape that the SDK takes. */
export function sdkRequest({ method, params }: McpRequest): { method: string; params?: Record<string, unknown> } {
  return params === undefined ? { method } : { method, params };
}
