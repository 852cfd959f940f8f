import { afterEach, describe, expect, it } from 'vitest';
import { FrontedGateway } from '../../support/fronted-gateway.ts';
import type { McpHttpClient } from '../../support/mcp-http-client.ts';
import { called, enveloped, modernHeaders } from '../../support/modern-request.ts';

let server: FrontedGateway;
let client: McpHttpClient;
afterEach(() => server.stop());

async function open(): Promise<void> {
  server = await FrontedGateway.open('modern');
  ({ client } = server);
}

const done = { resultType: 'complete', content: [] };

describe('the headers of the modern era', () => {
  it.each([
    ['the version is missing', { 'mcp-protocol-version': undefined }, -32_020],
    ['the version is another one', { 'mcp-protocol-version': '2025-11-25' }, -32_020],
    ['the method is missing', { 'mcp-method': undefined }, -32_020],
    ['the method is another one', { 'mcp-method': 'Tools/Call' }, -32_020],
    ['the name is missing', { 'mcp-name': undefined }, -32_020],
    ['the name is another one', { 'mcp-name': 'y' }, -32_020],
    ['the name is Base64 that is none', { 'mcp-name': '=?base64?eA?=' }, -32_020],
  ])('are refused when %s', async (_, headers, code) => {
    await open();
    server.answers(done);
    expect(await called(client, {}, headers)).toMatchObject({ status: 400, messages: [{ id: 1, error: { code } }] });
    expect(server.calls).toEqual([]);
  });

  it('may have the name in Base64', async () => {
    await open();
    server.answers(done);
    expect(await called(client, {}, { 'mcp-name': '=?base64?eA==?=' })).toMatchObject({ status: 200 });
  });

  it.each([
    [400, 'missing', {}],
    [400, 'of another value', { 'mcp-param-region': 'us' }],
    [400, 'bad Base64', { 'mcp-param-region': '=?base64?ZX?=' }],
    [200, 'the same', { 'mcp-param-region': 'eu' }],
    [200, 'the same in Base64', { 'mcp-param-region': '=?base64?ZXU=?=' }],
  ])('are answered with %i when one that a tool declares is %s', async (status, _, headers) => {
    await open();
    server.answers(done);
    const outcome = await called(client, { name: 'mirrored', arguments: { region: 'eu' } }, headers);
    expect(outcome.status).toBe(status);
    if (status === 400) expect(outcome.messages).toMatchObject([{ error: { code: -32_020 } }]);
    expect(server.calls.length).toBe(status === 200 ? 1 : 0);
  });

  it('need not repeat an argument that is not there', async () => {
    await open();
    server.answers(done);
    const headers = { 'mcp-param-region': 'ignored' };
    expect(await called(client, { name: 'mirrored', arguments: { region: null } }, headers)).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['no envelope', { name: 'x' }, -32_602],
    ['no capabilities', { name: 'x', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }, -32_602],
  ])('are refused with %s', async (_, params, code) => {
    await open();
    const headers = modernHeaders('tools/call', 'x');
    expect(await client.post(client.request('tools/call', params), { headers })).toMatchObject({
      status: 400,
      messages: [{ error: { code } }],
    });
  });

  it('of a version that is not served are answered with those that are', async () => {
    await open();
    const params = enveloped({ name: 'x' }, {}, { 'io.modelcontextprotocol/protocolVersion': '2030-01-01' });
    const headers = { ...modernHeaders('tools/call', 'x'), 'mcp-protocol-version': '2030-01-01' };
    const { status, messages } = await client.post(client.request('tools/call', params), { headers });
    expect([status, messages]).toMatchObject([400, [{ error: { code: -32_022, data: { requested: '2030-01-01' } } }]]);
    const { data } = messages[0]?.['error'] as { data: { supported: string[] } };
    expect(data.supported).toContain('2026-07-28');
  });
});
