import type { McpRequest } from '../../lib/mcp/index.ts';

/** A call of one of the tool server's tools. */
export function callOf(name: string, given: Record<string, unknown> = {}): McpRequest {
  return { method: 'tools/call', params: { name, arguments: given } };
}

/** The text that a tool answered. */
export function textOf(result: unknown): string {
  const { content } = result as { content: readonly { text: string }[] };
  return content.map(({ text }) => text).join('');
}
