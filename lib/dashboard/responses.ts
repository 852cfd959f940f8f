import type { ServerResponse } from 'node:http';
import { Readable, pipeline } from 'node:stream';
import { type Refusal, isRefusal } from './admission.ts';
import type { Asset } from './assets.ts';

type Headers = Readonly<Record<string, string | number>>;

/** Nothing but what is ours is loaded, run or connected to, and nobody shows it in a frame. */
const HEADERS: Headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // What compresses would keep a stream back until it has enough of it.
  'cache-control': 'no-store, no-transform',
};

/** A file to be saved. */
export interface SavedFile {
  readonly name: string;
  readonly type: string;
  /** Its text, in parts: all of it at once would keep the pool waiting. */
  readonly text: Iterable<string>;
}

/** Sends the headers of every answer of a dashboard, and those of this one. */
export function begin(response: ServerResponse, status: number, type: string, more: Headers = {}): ServerResponse {
  return response.writeHead(status, { ...HEADERS, 'content-type': type, ...more });
}

/** Sends all of an answer; of one to HEAD the headers alone. */
function send(
  response: ServerResponse,
  status: number,
  type: string,
  content: string | Buffer,
  more: Headers = {},
): void {
  begin(response, status, type, { 'content-length': Buffer.byteLength(content), ...more }).end(content);
}

/** Sends a file of the page. */
export function sendPart(response: ServerResponse, { type, content }: Asset): void {
  send(response, 200, type, content);
}

/** Sends an answer, or the refusal that it is. */
export function sendJson(response: ServerResponse, answer: object): void {
  if (isRefusal(answer)) refuse(response, answer);
  else send(response, 200, 'application/json', JSON.stringify(answer));
}

/** Sends a file as fast as it is read. */
export function sendFile(response: ServerResponse, { name, type, text }: SavedFile): void {
  const disposition = `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`;
  begin(response, 200, type, { 'content-disposition': disposition });
  if (response.req.method === 'HEAD') response.end();
  // A reader who goes in the middle of it wants no more.
  else pipeline(Readable.from(text), response, () => undefined);
}

/** Says where to ask instead. */
export function redirect(response: ServerResponse, to: string): void {
  send(response, 307, 'text/plain; charset=utf-8', '', { location: to });
}

/** Says why there is no answer. */
export function refuse(response: ServerResponse, { status, error }: Refusal): void {
  send(response, status, 'application/json', JSON.stringify({ error }), status === 405 ? { allow: 'GET, HEAD' } : {});
}
