import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createMcpPoolFamily, stdio } from 'rx-mcp-pool/mcp';
import { textOf } from './text-of.ts';

// Express, with a pool of MCP connections for each user: no user ever gets a connection of another one.

const program = fileURLToPath(new URL('notes-program.js', import.meta.url));

const pools = createMcpPoolFamily<string>({
  key: (user) => `notes of ${user}`,
  options: (user) => ({
    transport: stdio({ command: process.execPath, args: [program], env: { NOTES_USER: user } }),
    maxSize: 1, // the server keeps its notes in memory, so each user has one process
  }),
});

const app = express();
app.use(express.json());

// Stands for your authentication: never take the user from a header that anybody can set.
const userOf = (request: express.Request): string => request.header('x-user') ?? 'nobody';

app.post('/notes', async (request, response) => {
  const { note } = request.body as { note: string };
  const result = await pools.for(userOf(request)).client.callTool({ name: 'add', arguments: { note } });
  response.status(201).send(textOf(result));
});

app.get('/notes', async (request, response) => {
  const result = await pools.for(userOf(request)).client.callTool({ name: 'list' });
  response.send(textOf(result));
});

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/notes`;

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
console.log(`${pools.metrics.openPools} pools`);

server.close();
server.closeAllConnections();
await pools.close();
