import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { StreamableHTTPClientTransportOptions } from '@modelcontextprotocol/client';
import { EMPTY } from 'rxjs';
import type { McpTransport } from '../../lib/mcp/index.ts';

/** The SDK's transport as the pool takes one. */
export function wrappedHttp(url: string, options: StreamableHTTPClientTransportOptions): McpTransport {
  return {
    kind: 'tcp',
    target: url,
    create: () => {
      const transport = new StreamableHTTPClientTransport(new URL(url), options);
      const facts = { failure: undefined, closed: false, garbageLines: 0, noticed$: EMPTY, lateAnswers: 0 };
      const kill = (): void => void transport.close();
      return Object.assign(transport, facts, { kill });
    },
  };
}
