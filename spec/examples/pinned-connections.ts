import { createMcpPool, tcp } from 'rx-mcp-pool/mcp';
import { serveTcp } from 'rx-mcp-pool/serve';
import { notesServer } from './notes-server.ts';
import { textOf } from './text-of.ts';

// A server that keeps state for each connection: every conversation keeps the connection that it began with.

const notes = await serveTcp(notesServer);
const pool = createMcpPool({
  transport: tcp({ port: notes.port }),
  sharing: 'pinned',
  // Whose request it is. Here that stands in `_meta`, where the server does not mind it.
  affinity: ({ params }) => (params?.['_meta'] as { conversation: string }).conversation,
  pinIdleMs: 60_000, // a conversation that is silent for so long loses its connection, and its notes
  minSize: 0,
  maxSize: 10,
});

const call = async (conversation: string, name: string, args = {}): Promise<string> =>
  textOf(await pool.client.callTool({ name, arguments: args, _meta: { conversation } }));

await call('tea', 'add', { note: 'water' });
await call('cake', 'add', { note: 'flour' });
await call('tea', 'add', { note: 'leaves' });

console.log(`tea: ${await call('tea', 'list')}`);
console.log(`cake: ${await call('cake', 'list')}`);
console.log(`${pool.state.pinned} connections are pinned`);

await pool.close();
await notes.close();
