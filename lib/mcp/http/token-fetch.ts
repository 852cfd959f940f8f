import type { FetchLike } from '@modelcontextprotocol/client';
import { HttpUnreachableError } from './http-unreachable.ts';
import { tooLong } from './too-long.ts';

/** What the requests for tokens share. */
interface TokenFetchOptions {
  readonly fetch: FetchLike;
  readonly target: string;
  /** Whose requests get the headers: they hold what other servers must not see. */
  readonly origin: string;
  /** Added to those that a request has already. */
  readonly headers: Readonly<Record<string, string>>;
  readonly maxMessageBytes: number;
}

/**
 * A `fetch` for the SDK's helpers that get tokens: bodies are read to their end and limited, a server that is not reached is
 * named, and the user's headers go to the origin of the MCP server only.
 */
export function tokenFetch(options: TokenFetchOptions): FetchLike {
  return async (url, init = {}) => {
    try {
      const response = await options.fetch(url, { ...init, headers: withHeaders(url, init.headers, options) });
      const { body, status, statusText, headers } = response;
      const whole = body && (await read(body, options.maxMessageBytes));
      return new Response(whole, { status, statusText, headers });
    } catch (error) {
      if (init.signal?.aborted === true || error instanceof RangeError) throw error;
      throw new HttpUnreachableError(options.target, error, true);
    }
  };
}

function withHeaders(url: string | URL, given: RequestInit['headers'], options: TokenFetchOptions): Headers {
  const headers = new Headers(given);
  if (new URL(url).origin !== options.origin) return headers;
  for (const [name, value] of Object.entries(options.headers)) if (!headers.has(name)) headers.set(name, value);
  return headers;
}

async function read(body: ReadableStream<Uint8Array>, maxMessageBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop cancels the body.
    if (bytes > maxMessageBytes) throw tooLong(bytes, maxMessageBytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
