import { McpServer, fromJsonSchema } from '@modelcontextprotocol/server';
import { setTimeout as sleep } from 'node:timers/promises';

/** A small server to try the examples with. It keeps notes, for as long as the connection lives. */
export function notesServer(): McpServer {
  const notes: string[] = [];
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  server.registerTool('add', { inputSchema: objectWith<{ note: string }>('note', 'string') }, ({ note }) => {
    notes.push(note);
    return text(`${notes.length} kept`);
  });
  server.registerTool('list', { description: 'All notes' }, () => text(notes.join(', ')));
  server.registerTool(
    'slow',
    { inputSchema: objectWith<{ ms: number }>('ms', 'number') },
    async ({ ms }, { mcpReq }) => {
      await sleep(ms, undefined, { signal: mcpReq.signal });
      return text(`took ${ms} ms`);
    },
  );
  return server;
}

function objectWith<T>(name: string, type: 'string' | 'number') {
  return fromJsonSchema<T>({ type: 'object', properties: { [name]: { type } }, required: [name] });
}

function text(value: string) {
  return { content: [{ type: 'text' as const, text: value }] };
}
