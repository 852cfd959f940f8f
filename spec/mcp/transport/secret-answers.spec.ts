import { Client } from '@modelcontextprotocol/client';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMcpPool, stdio, streamableHttp } from '../../../lib/mcp/index.ts';
import { initialising, scriptedProgram } from '../../support/scripted-server.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe('an error that a server answers with', () => {
  const error = { code: -32000, message: 'no such account', data: { account: 48291733 } };
  const secrets = ['48291733', '-32000', 'message', 'jsonrpc', 'account', '"error":'];

  it.each(secrets)('reaches whoever asked though %s stands in the environment', async (secret) => {
    const program = scriptedProgram({ ...initialising(), 'resources/read': { error } });
    const pool = createMcpPool({ transport: stdio({ ...program, env: { SECRET: secret } }), minSize: 1, maxSize: 1 });
    ends.push(() => pool.close());
    const { data } = error;
    await expect(pool.client.readResource({ uri: 'a' })).rejects.toMatchObject({ code: -32000, data });
  });

  it.each(secrets)('reaches whoever asked over HTTP, though %s is the value of a header', async (secret) => {
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 0, error });
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const client = new Client({ name: 'spec', version: '1.0.0' });
    const transport = streamableHttp({ url: `http://127.0.0.1:${port}/mcp`, headers: { 'x-key': secret } }).create();
    await expect(client.connect(transport)).rejects.toMatchObject({ code: -32000, data: error.data });
  });
});
