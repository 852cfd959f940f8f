import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { asServer, createMcpPool, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
await asServer(pool).connect(new StdioServerTransport());
process.stdin.once('end', () => void pool.close());
