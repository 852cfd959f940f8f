import { type McpServerConfig, query } from '@anthropic-ai/claude-agent-sdk';
import { asServer, createMcpPool, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const everything: McpServerConfig = { type: 'sdk', name: 'everything', instance: asServer(pool) };
const options = { mcpServers: { everything }, allowedTools: ['mcp__everything__*'] };
for await (const message of query({ prompt: 'Echo hi', options })) {
  if (message.type === 'result' && message.subtype === 'success') console.log(message.result);
}
await pool.close();
