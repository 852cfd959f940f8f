import type { HttpExchange, McpHttpClient } from './mcp-http-client.ts';

type Fields = Readonly<Record<string, unknown>>;

const prefix = 'io.modelcontextprotocol/';

/** The parameters of a request of the modern era, with its envelope. */
export function enveloped(params: Fields = {}, capabilities: Fields = {}, meta: Fields = {}): Fields {
  const envelope = {
    [`${prefix}protocolVersion`]: '2026-07-28',
    [`${prefix}clientInfo`]: { name: 'spec', version: '1.0.0' },
    [`${prefix}clientCapabilities`]: capabilities,
  };
  return { ...params, _meta: { ...envelope, ...meta } };
}

/** The headers of a request of the modern era. */
export function modernHeaders(method: string, name?: string): Record<string, string> {
  return {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': name }),
  };
}

/** Calls a tool, `x` unless the parameters name another; resolves when the response has ended. */
export async function called(
  client: McpHttpClient,
  params: Fields = {},
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<HttpExchange> {
  const { name = 'x' } = params as { readonly name?: string };
  return client.post(client.request('tools/call', enveloped({ name, ...params })), {
    headers: { ...modernHeaders('tools/call', name), ...headers },
  });
}

/** Asks for the tools; resolves when the response has ended. */
export function listing(client: McpHttpClient): Promise<HttpExchange> {
  return client.post(client.request('tools/list', enveloped()), { headers: modernHeaders('tools/list') });
}
