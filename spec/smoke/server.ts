import { McpServer, fromJsonSchema } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { serveTcp } from 'rx-mcp-pool/serve';
import { serveHttp } from '../../perf/support/serve-http.ts';

// A program of its own. With `stdio` it serves whoever started it; without, it serves TCP and Streamable HTTP, and tells
// its ports in a line of JSON.
if (process.argv[2] === 'stdio') serveStdio(countingServer);
else {
  const { port } = await serveTcp(countingServer);
  process.stdout.write(`${JSON.stringify({ port, httpPort: await serveHttp(countingServer) })}\n`);
}

/** A server of the official SDK with one tool, which counts aloud. */
function countingServer(): McpServer {
  const server = new McpServer({ name: 'counting', version: '1.0.0' });
  const inputSchema = fromJsonSchema<{ to: number }>({ type: 'object', properties: { to: { type: 'number' } } });
  server.registerTool('count', { inputSchema }, async ({ to }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (let progress = 1; progress <= to && progressToken !== undefined; progress++)
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: to } });
    return { content: [{ type: 'text', text: `counted to ${to}` }] };
  });
  return server;
}
