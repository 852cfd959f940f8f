import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StdioOptions } from '../../lib/mcp/index.ts';
import { nodeProgram } from './programs.ts';

/**
 * A factory of servers with one tool, which tells twice of its progress where that is wanted, and then answers with its
 * argument `text`, or fails with it where `fails` is set. It takes some milliseconds.
 */
export function progressServer(): McpServerFactory {
  return () => {
    const product = new McpServer({ name: 'progress', version: '1.0.0' }, { capabilities: { tools: {} } });
    const { server } = product;
    server.setRequestHandler('tools/list', () => ({ tools: [{ name: 'work', inputSchema: { type: 'object' } }] }));
    server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
      const { text, fails } = params.arguments as { readonly text: string; readonly fails?: boolean };
      const progressToken = params._meta?.progressToken;
      for (let progress = 1; progress <= 2; progress++) {
        await sleep(2);
        if (progressToken === undefined) continue;
        const told = { progressToken, progress, message: text };
        await mcpReq.notify({ method: 'notifications/progress', params: told });
      }
      if (fails === true) throw new Error(text);
      return { content: [{ type: 'text', text }] };
    });
    return product;
  };
}

/** The same over stdio, in the legacy era. Node runs the text as it is, and knows no TypeScript. */
export function progressProgram(): StdioOptions {
  return nodeProgram(`
    const write = (message) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', ...message }) + '\\n');
    const serverInfo = { name: 'progress', version: '1.0.0' };
    require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
      const { id, method, params } = JSON.parse(line);
      if (method === 'initialize') {
        write({ id, result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo } });
      } else if (method === 'tools/call') {
        const { text, fails } = params.arguments;
        const { progressToken } = params._meta ?? {};
        for (let progress = 1; progress <= 2; progress++) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (progressToken === undefined) continue;
          write({ method: 'notifications/progress', params: { progressToken, progress, message: text } });
        }
        if (fails) write({ id, error: { code: -32603, message: text } });
        else write({ id, result: { content: [{ type: 'text', text }] } });
      } else if (id !== undefined) write({ id, result: {} });
    });`);
}
