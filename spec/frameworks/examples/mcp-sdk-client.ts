import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { createMcpPool, poolTransport, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const client = new Client({ name: 'mine', version: '1.0.0' });
await client.connect(poolTransport(pool));
console.log(await client.callTool({ name: 'echo', arguments: { message: 'hi' } }));
await client.close();
await pool.close();
