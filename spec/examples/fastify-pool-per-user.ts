import fastify, { type FastifyRequest } from 'fastify';
import { fileURLToPath } from 'node:url';
import { PoolError } from 'rx-mcp-pool';
import { createMcpPoolFamily, stdio } from 'rx-mcp-pool/mcp';
import { textOf } from './text-of.ts';

// Fastify, with a pool of MCP connections for each user, an answer for overload, and an end in good order.

const program = fileURLToPath(new URL('notes-program.js', import.meta.url));

const pools = createMcpPoolFamily<string>({
  key: (user) => `notes of ${user}`,
  options: (user) => ({
    transport: stdio({ command: process.execPath, args: [program], env: { NOTES_USER: user } }),
    maxSize: 1, // the server keeps its notes in memory, so each user has one process
  }),
  maxPools: 50,
});

const app = fastify();
app.addHook('onClose', () => pools.close());

// "Come again" where the pool says so; everything else stays an error 500.
app.setErrorHandler((error, _request, reply) => {
  const isBusy = error instanceof PoolError && error.code !== 'POOL_CLOSED';
  return isBusy ? reply.status(503).header('retry-after', '1').send(error.toJSON()) : reply.send(error);
});

// Stands for your authentication: never take the user from a header that anybody can set.
const userOf = ({ headers }: FastifyRequest): string => String(headers['x-user'] ?? 'nobody');

app.post<{ Body: { note: string } }>('/notes', async (request, reply) => {
  const { note } = request.body;
  const result = await pools.for(userOf(request)).client.callTool({ name: 'add', arguments: { note } });
  return reply.status(201).send(textOf(result));
});

app.get('/notes', async (request) => {
  const result = await pools.for(userOf(request)).client.callTool({ name: 'list' });
  return textOf(result);
});

const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/notes`;

// From here on the example only tries itself.
for (const [user, note] of [
  ['ann', 'buy milk'],
  ['bob', 'call ann'],
] as const) {
  const headers = { 'x-user': user, 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body: JSON.stringify({ note }) });
}
for (const user of ['ann', 'bob']) {
  const answer = await fetch(url, { headers: { 'x-user': user } });
  console.log(`${user}: ${await answer.text()}`);
}

await app.close();
console.log(`${pools.size} pools after the end`);
