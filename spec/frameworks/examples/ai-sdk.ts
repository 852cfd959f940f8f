import { createMCPClient } from '@ai-sdk/mcp';
import { createMcpPool, poolTransport, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const client = await createMCPClient({ transport: poolTransport(pool) });
const tools = await client.tools(); // for `generateText({ model, prompt, tools })`
console.log(await tools['echo']?.execute({ message: 'hi' }, { toolCallId: '1', messages: [], context: {} }));
await client.close();
await pool.close();
