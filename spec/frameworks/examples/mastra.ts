import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { MCPClient } from '@mastra/mcp';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { asServer, createMcpPool, stdio } from 'rx-mcp-pool/mcp';

const server = { command: 'npx', args: ['@modelcontextprotocol/server-everything', 'stdio'] };
const pool = createMcpPool({ transport: stdio(server), maxSize: 4 });
const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
await asServer(pool).connect(transport);
await pool.ready(); // Mastra waits three seconds for a server, and lists no tools of one that takes longer
const http = createServer((request, response) => void transport.handleRequest(request, response));
await once(http.listen(8080, '127.0.0.1'), 'listening');
const mcp = new MCPClient({ servers: { everything: { url: new URL('http://127.0.0.1:8080/mcp') } } });
console.log(Object.keys(await mcp.listTools())); // for `new Agent({ tools })`
await mcp.disconnect();
http.close();
await pool.close();
