import { strictEqual } from 'node:assert/strict';
import { lastValueFrom, of, toArray } from 'rxjs';
import { withConnection } from 'rx-mcp-pool';
import { type McpPool, type McpTransport, createMcpPool, stdio, streamableHttp, tcp } from 'rx-mcp-pool/mcp';

// What anybody does with a pool, over each transport. It runs beside an installed package, on one JavaScript runtime or
// another, and is given the Node.js that runs the server, the server's program, and the ports where it listens already.
const [node = '', server = '', port, httpPort] = process.argv.slice(2);

const afterTwo = JSON.stringify({ totalCheckouts: 2, failedCheckouts: 0, activeConnections: 0 });
const transports: Readonly<Record<string, McpTransport>> = {
  stdio: stdio({ command: node, args: [server, 'stdio'] }),
  tcp: tcp({ port: Number(port) }),
  http: streamableHttp({ url: `http://127.0.0.1:${httpPort}/mcp` }),
};

for (const [name, transport] of Object.entries(transports)) {
  const pool = createMcpPool({ transport, minSize: 1, maxSize: 2 });
  await tried(pool);
  await pool.close();
  process.stdout.write(`${name} `);
}
// Nothing is left that would keep this process alive: it has to end by itself.
process.stdout.write('done\n');

async function tried(pool: McpPool): Promise<void> {
  const call = { name: 'count', arguments: { to: 3 } };
  const { content } = await pool.client.callTool(call);
  strictEqual(JSON.stringify(content), '[{"type":"text","text":"counted to 3"}]');
  const streamed$ = of({ method: 'tools/call', params: call }).pipe(
    withConnection(pool, (connection, request) => connection.stream(request)),
    toArray(),
  );
  // Three messages of progress, and the result.
  strictEqual((await lastValueFrom(streamed$)).length, 4);
  const { totalCheckouts, failedCheckouts, activeConnections } = pool.metrics;
  strictEqual(JSON.stringify({ totalCheckouts, failedCheckouts, activeConnections }), afterTwo);
}
