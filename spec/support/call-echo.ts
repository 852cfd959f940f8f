import type { Client, ContentBlock } from '@modelcontextprotocol/client';

/** Calls the tool `echo` and gives the first part of its answer. */
export async function callEcho(client: Client, message: string): Promise<ContentBlock | undefined> {
  const result = await client.callTool({ name: 'echo', arguments: { message } });
  return result.content[0];
}
