import { DpopSession, type OAuthClientProvider } from '@modelcontextprotocol/client';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type McpPool, createMcpPool, streamableHttp } from '../../../lib/mcp/index.ts';
import { type HttpServer, startHttpServer } from '../../support/http-server.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { until } from '../../support/until.ts';
import { type TokenServer, credentials, startTokenServer } from '../../support/token-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Guarded {
  readonly server: HttpServer;
  readonly tokens: TokenServer;
  readonly open: (authProvider: OAuthClientProvider, fetch?: typeof globalThis.fetch) => Promise<McpPool>;
}

/** A server that lets nobody in to whom `admit` has an objection: the challenge that it is to answer with. */
async function start(
  type: 'Bearer' | 'DPoP',
  admit: (
    request: IncomingMessage,
    body: string,
    tokens: TokenServer,
  ) => { status: number; challenge: string } | undefined,
): Promise<Guarded> {
  const [server, tokens] = await Promise.all([startHttpServer(), startTokenServer(type)]);
  ends.push(
    () => server.stop(),
    () => tokens.stop(),
  );
  server.gate = (request, response, body) => {
    if (request.url?.startsWith('/.well-known/') === true) return describeTo(response, server, tokens);
    const objection = admit(request, body, tokens);
    return (
      objection !== undefined &&
      Boolean(response.writeHead(objection.status, { 'www-authenticate': objection.challenge }).end())
    );
  };
  const open = async (authProvider: OAuthClientProvider, fetch?: typeof globalThis.fetch): Promise<McpPool> => {
    const transport = streamableHttp({ url: server.url, authProvider, ...(fetch && { fetch }) });
    const pool = createMcpPool({ transport, minSize: 4, maxSize: 4, healthCheckIntervalMs: 0 });
    ends.push(() => pool.close());
    await pool.ready();
    return pool;
  };
  return { server, tokens, open };
}

function describeTo(response: ServerResponse, { url }: HttpServer, { issuer }: TokenServer): true {
  const body = { resource: url, authorization_servers: [issuer] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

const echo = { name: 'echo', arguments: { message: 'hi' } };

describe('a server that wants more rights for a call (403 insufficient_scope)', () => {
  const challenge = 'Bearer error="insufficient_scope", scope="write"';

  /** Whether what the token was granted for holds the scope. */
  const isGranted = (tokens: TokenServer, { authorization }: IncomingHttpHeaders, scope: string): boolean => {
    const number = Number(/^Bearer token-(\d+)$/.exec(authorization ?? '')?.[1] ?? 0);
    return tokens.requests[number - 1]?.form.get('scope')?.split(' ').includes(scope) ?? false;
  };

  it('gets a token with both, asked for once by all who wait', async () => {
    const { tokens, open } = await start('Bearer', ({ headers }, body, tokens) => {
      if (!isGranted(tokens, headers, 'read')) return { status: 401, challenge: 'Bearer scope="read"' };
      const isCall = body.includes('"tools/call"');
      return isCall && !isGranted(tokens, headers, 'write') ? { status: 403, challenge } : undefined;
    });
    const pool = await open(credentials(tokens));
    expect(tokens.requests.map(({ form }) => form.get('scope'))).toEqual(['read']);
    await Promise.all(Array.from({ length: 4 }, () => pool.client.callTool(echo)));
    expect(tokens.requests.map(({ form }) => form.get('scope'))).toEqual(['read', 'read write']);
    expect(pool.state.connects).toBe(4);
  });

  it('goes on with the token that another request has got meanwhile', async () => {
    const { server, tokens, open } = await start('Bearer', ({ headers }, _, tokens) =>
      isGranted(tokens, headers, 'read') ? undefined : { status: 401, challenge: 'Bearer scope="read"' },
    );
    const pool = await open(credentials(tokens));
    const { gate } = server;
    let refused = 0;
    let served = 0;
    server.gate = async (request, response, body) => {
      if (!body.includes('"tools/call"')) return gate(request, response, body);
      if (isGranted(tokens, request.headers, 'write')) {
        served++;
        return false;
      }
      // The second is refused when the first has got through.
      if (++refused === 2) await until(() => served === 1);
      return Boolean(response.writeHead(403, { 'www-authenticate': challenge }).end());
    };
    await Promise.all([pool.client.callTool(echo), pool.client.callTool(echo)]);
    expect([refused, served]).toEqual([2, 2]);
    expect(tokens.requests.map(({ form }) => form.get('scope'))).toEqual(['read', 'read write']);
  });

  it('is asked twice and no more, where the new token is not enough either', async () => {
    let calls = 0;
    const { tokens, open } = await start('Bearer', ({ headers }, body) => {
      if (headers.authorization === undefined) return { status: 401, challenge: 'Bearer' };
      if (!body.includes('"tools/call"')) return undefined;
      calls++;
      return { status: 403, challenge };
    });
    const pool = await open(credentials(tokens));
    const error = await rejectionOf(pool.client.callTool(echo));
    expect(String(error)).toMatch(/scope/i);
    expect([calls, tokens.requests.length]).toEqual([2, 2]);
    expect(JSON.stringify(error) + String(error)).not.toContain('token-');
  });
});

describe('a provider whose tokens are bound to a key (DPoP)', () => {
  const partsOf = (proof: unknown): Record<string, unknown>[] =>
    String(proof)
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

  it('proves each request anew, through the fetch of the user, unchanged', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const { server, tokens, open } = await start('DPoP', ({ headers }) => {
      if (headers.authorization !== 'DPoP token-1') return { status: 401, challenge: 'DPoP' };
      seen.push(headers);
      return undefined;
    });
    const given: Headers[] = [];
    const pool = await open(credentials(tokens, await DpopSession.create()), (url, init) => {
      given.push(new Headers(init?.headers));
      return fetch(url, init);
    });
    await pool.client.callTool(echo);
    const proofs = seen.map(({ dpop }) => dpop);
    expect(new Set(proofs).size).toBe(seen.length);
    const sent = new Set(given.map((headers) => headers.get('dpop')));
    expect(proofs.filter((proof) => !sent.has(String(proof)))).toEqual([]);
    const [header, payload] = partsOf(proofs.at(-1));
    expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256' });
    expect(payload).toMatchObject({ htm: 'POST', htu: server.url });
    expect(payload?.['ath']).toBeTypeOf('string');
  });

  it('heeds the nonce that the server asks for', async () => {
    const { server, tokens, open } = await start('DPoP', () => undefined);
    const admitted: unknown[] = [];
    const { gate } = server;
    server.gate = (request, response, body) => {
      const { authorization, dpop } = request.headers;
      if (request.method !== 'POST') return gate(request, response, body);
      if (authorization !== 'DPoP token-1')
        return Boolean(response.writeHead(401, { 'www-authenticate': 'DPoP' }).end());
      const nonce = partsOf(dpop)[1]?.['nonce'];
      admitted.push(nonce);
      if (nonce === 'nonce-1') return false;
      const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'nonce-1' };
      return Boolean(response.writeHead(401, challenge).end());
    };
    const pool = await open(credentials(tokens, await DpopSession.create()));
    await pool.client.callTool(echo);
    expect(admitted.at(-1)).toBe('nonce-1');
  });

  it('asks for a new token as itself, and does not show the old one where tokens come from', async () => {
    let valid = 'DPoP token-1';
    const { tokens, open } = await start('DPoP', ({ headers }) =>
      headers.authorization === valid ? undefined : { status: 401, challenge: 'DPoP error="invalid_token"' },
    );
    const pool = await open(credentials(tokens, await DpopSession.create()));
    valid = 'DPoP token-2';
    await pool.client.callTool(echo);
    expect(tokens.requests).toHaveLength(2);
    const basic = `Basic ${Buffer.from('spec:secret').toString('base64')}`;
    expect(tokens.requests.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    for (const { headers } of tokens.requests) {
      const [, payload] = partsOf(headers['dpop']);
      expect(payload).toMatchObject({ htm: 'POST', htu: `${tokens.issuer}/token` });
      expect(payload).not.toHaveProperty('ath');
    }
  });
});
