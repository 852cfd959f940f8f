import { afterEach, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';

let server: FrontedGateway;
afterEach(() => server.stop());

it.each([
  [200, 'the address itself', {}],
  [200, 'a name of this machine', { host: 'localhost' }],
  [200, 'its IPv6 address', { host: '[::1]:3000' }],
  [200, 'a page of this machine', { origin: 'http://localhost:6274' }],
  [200, 'a host that is allowed', { host: 'Mcp.example:443', origin: 'https://mcp.example' }],
  [403, 'another host', { host: 'evil.example' }],
  [403, 'a host that only begins like it', { host: 'localhost.evil.example' }],
  [403, 'a page of another origin', { origin: 'https://evil.example' }],
  [403, 'a page that does not say whose it is', { origin: 'null' }],
])('answers with %i what comes from, or for, %s', async (expected, _, headers) => {
  server = await FrontedGateway.open('legacy', { gateway: { allowedHosts: ['mcp.example'] } });
  const { client } = server;
  const { status } = await client.post(client.request('initialize', { protocolVersion: '2025-06-18' }), { headers });
  expect(status).toBe(expected);
  // A host that was admitted once opens the door to no other.
  expect(await client.post(undefined, { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
});
