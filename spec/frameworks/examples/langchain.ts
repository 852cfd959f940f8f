import { loadMcpTools } from '@langchain/mcp-adapters';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { createMcpPool, poolTransport, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const client = new Client({ name: 'mine', version: '1.0.0' });
await client.connect(poolTransport(pool));
const tools = await loadMcpTools('everything', client, { defaultToolTimeout: 120_000 });
const echo = tools.find(({ name }) => name === 'echo');
console.log(await echo?.invoke({ message: 'hi' }));
await client.close();
await pool.close();
