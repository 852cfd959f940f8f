import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type HttpHeaders, headerOf } from './dispatcher.ts';
import type { Body } from './response.ts';

const decoders = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Whether a body is compressed in a way that can be undone. It is not asked for, but a server may do it all the same. */
export function isEncoded(headers: HttpHeaders): boolean {
  return decoderOf(headers) !== undefined;
}

/** The same body, which is given the bytes as they were before the server compressed them. */
export function decoded(headers: HttpHeaders, body: Body, broken: (error: Error) => void): Body {
  const stream = decoderOf(headers)?.();
  if (stream === undefined) return body;
  stream.on('data', body.push.bind(body)).on('end', body.end.bind(body)).on('error', broken);
  return {
    push: (chunk) => {
      stream.write(chunk);
    },
    end: () => {
      stream.end();
    },
    stop: () => {
      stream.destroy();
      body.stop();
    },
  };
}

function decoderOf(headers: HttpHeaders): (() => ReturnType<typeof createGunzip>) | undefined {
  const encoding = headerOf(headers, 'content-encoding');
  return encoding === undefined ? undefined : decoders.get(encoding.trim().toLowerCase());
}
