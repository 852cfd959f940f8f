import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { filter, firstValueFrom } from 'rxjs';
import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';
import { textOf } from './text-of.ts';

// An HTTP client closes its browser tab: the request leaves the queue, or is cancelled at the MCP server.

const notes = await serveTcp(notesServer);
const pool = createMcpPool({ transport: tcp({ port: notes.port }), minSize: 1, maxSize: 1 });

const web = createServer((request, response) => {
  const gone = new AbortController();
  // Emitted for a response that was sent, too; the abort then harms nobody. Express has the same event, Fastify it has at
  // `reply.raw`.
  response.once('close', () => {
    gone.abort(new Error('the client went away'));
  });
  const ms = Number(request.url?.slice(1));
  pool.client.callTool({ name: 'slow', arguments: { ms } }, { signal: gone.signal }).then(
    (result) => response.end(textOf(result)),
    (error: unknown) => {
      console.log(String(error));
      response.writeHead(503).end();
    },
  );
});
web.listen(0, '127.0.0.1');
await once(web, 'listening');
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;

// From here on the example only tries itself. The first client gives up in the middle of its request; the second one
// gets the only connection at once, and not after a minute.
const tab = new AbortController();
const first = fetch(`${url}/60000`, { signal: tab.signal }).catch(() => undefined);
await firstValueFrom(pool.state$.pipe(filter(({ active }) => active === 1)));
tab.abort();
await first;
const answer = await fetch(`${url}/1`);
console.log(await answer.text());

web.close();
web.closeAllConnections();
await pool.close();
await notes.close();
