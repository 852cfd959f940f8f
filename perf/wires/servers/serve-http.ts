import type { Socket } from 'node:net';
import { type Asked, answersTo } from './answers.ts';

/**
 * Streamable HTTP by hand, for `node:http` on one core serves fewer requests than `undici` sends: requests with a
 * `content-length`, one at a time on each connection. `/json` answers with JSON, `/sse` with a stream of events.
 */
export function serveHttp(socket: Socket): void {
  let kept: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    const head = kept.indexOf('\r\n\r\n');
    if (head === -1) return;
    const text = kept.toString('latin1', 0, head);
    const end = head + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    if (kept.length < end) return;
    const body = kept.toString('utf8', head + 4, end);
    kept = kept.subarray(end);
    const answer = answered(text, body);
    if (answer !== undefined) socket.write(answer);
  });
}

/** Connections stay open as long as anybody is measured. */
const lasting = 'connection: keep-alive\r\nkeep-alive: timeout=600\r\n';
const json = 'content-type: application/json\r\n';
const events = 'content-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n';
const session = 'mcp-session-id: 5b3e3a8e-6a9c-4a53-b0b5-0c4f6c1f1a55\r\n';

function answered(head: string, body: string): string | undefined {
  // Nobody is told anything by itself, so there is no stream to be had with GET.
  if (head.startsWith('GET ')) return whole('405 Method Not Allowed', '', '');
  if (!head.startsWith('POST ')) return whole('200 OK', '', '');
  const asked = JSON.parse(body) as Asked;
  if (asked.id === undefined) return whole('202 Accepted', '', '');
  const answers = answersTo(asked);
  if (answers.length === 0) return undefined;
  const headers = asked.method === 'initialize' ? session : '';
  if (head.startsWith('POST /json')) return whole('200 OK', json + headers, answers.join(''));
  return `HTTP/1.1 200 OK\r\n${lasting}${events}${headers}\r\n${answers.map(chunkOf).join('')}0\r\n\r\n`;
}

function whole(status: string, headers: string, body: string): string {
  return `HTTP/1.1 ${status}\r\n${lasting}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function chunkOf(message: string): string {
  const event = `event: message\ndata: ${message}\n\n`;
  return `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;
}
