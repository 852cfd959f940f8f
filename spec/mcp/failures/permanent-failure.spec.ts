import {
  Client,
  type ClientOptions,
  OAuthError,
  OAuthErrorCode,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { type McpTransport, stdio, streamableHttp, tcp } from '../../../lib/mcp/index.ts';
import { isPermanent } from '../../../lib/mcp/failures/permanent-failure.ts';
import { SpawnFailure } from '../../../lib/mcp/failures/spawn-failure.ts';
import { newAuthority } from '../../support/certificates.ts';
import { nodeProgram } from '../../support/programs.ts';
import { type Answers, initialising, scriptedProgram, startScriptedServer } from '../../support/scripted-server.ts';
import { startTlsGate } from '../../support/tls-gate.ts';

const modernOnly: ClientOptions = {
  supportedProtocolVersions: ['2026-07-28'],
  versionNegotiation: { mode: 'auto' },
};
const pinned: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
const discovered = {
  supportedVersions: ['2999-12-31'],
  capabilities: {},
  resultType: 'complete',
  ttlMs: 0,
  cacheScope: 'private',
};

/** How a real client fails to connect. */
async function failureOf(transport: McpTransport, options?: ClientOptions): Promise<Error> {
  const client = new Client({ name: 'spec', version: '1.0.0' }, options);
  const one = transport.create();
  try {
    await client.connect(one, { timeout: 2000 });
  } catch (error) {
    return one.failure ?? (error as Error);
  } finally {
    one.kill();
    await one.close();
  }
  throw new Error('it connected');
}

describe('what no repetition helps', () => {
  it.each([
    ['a command that does not exist', { command: 'no-such-command' }, 'command not found'],
    ['a working directory that does not exist', { command: 'node', cwd: '/no/such' }, 'working directory not found'],
    ['a working directory that is a file', { command: 'node', cwd: process.execPath }, 'working directory not found'],
    ['a command below a file', { command: `${process.execPath}/node` }, 'command not found'],
    ['a command that may not be executed', { command: '/' }, 'command not executable'],
  ])('is %s', async (_, options, message) => {
    const failure = await failureOf(stdio(options));
    expect(failure.message).toContain(message);
    expect(isPermanent(failure)).toBe(true);
  });

  it('is a certificate that is not trusted, over HTTPS as well', async () => {
    const authority = await newAuthority();
    const gate = await startTlsGate(9, await authority.issue('127.0.0.1'));
    const failure = await failureOf(streamableHttp({ url: `https://127.0.0.1:${gate.port}/mcp` }));
    await gate.stop();
    expect(failure).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(isPermanent(failure)).toBe(true);
  });

  it.each<[string, Answers, ClientOptions | undefined, string]>([
    ['an unknown version', initialising('1999-01-01'), undefined, 'not supported: 1999-01-01'],
    [
      'an error that lists other versions',
      { initialize: { error: { code: -32602, message: 'No such version', data: { supported: ['1999-01-01'] } } } },
      undefined,
      'No such version',
    ],
    ['no modern version, to a client that knows no other', initialising(), modernOnly, 'no modern evidence'],
    ['no modern version, to a client that has pinned one', initialising(), pinned, 'did not offer pinned'],
    [
      'a modern version that the client does not know',
      { 'server/discover': { result: discovered } },
      modernOnly,
      'Unsupported protocol version',
    ],
  ])('is a server that answers with %s', async (_, answers, options, message) => {
    const server = await startScriptedServer(answers);
    const failures = await Promise.all([
      failureOf(stdio(scriptedProgram(answers)), options),
      failureOf(tcp({ port: server.port }), options),
    ]);
    await server.stop();
    for (const failure of failures) {
      expect(failure.message).toContain(message);
      expect(isPermanent(failure)).toBe(true);
    }
  });
});

describe('what may go away by itself', () => {
  it('is a port where nobody listens', async () => {
    expect(isPermanent(await failureOf(tcp({ port: 1 })))).toBe(false);
  });

  it.each([undefined, modernOnly, pinned])('is a server that exits while it is asked (%o)', async (options) => {
    for (const how of ['process.exit(0)', `throw new Error('no database')`]) {
      const failure = await failureOf(stdio(nodeProgram(`process.stdin.once('data', () => { ${how} })`)), options);
      expect(isPermanent(failure)).toBe(false);
    }
  });

  it('is a server that closes the connection while it is asked', async () => {
    const server = await startScriptedServer({});
    const transport = tcp({ port: server.port, maxMessageBytes: 1 });
    expect(isPermanent(await failureOf(transport, modernOnly))).toBe(false);
    await server.stop();
  });

  it.each(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'])('is a child that cannot be started for %s', (code) => {
    const failure = new SpawnFailure(Object.assign(new Error('spawn'), { code }), { command: 'node', cwd: undefined });
    expect(isPermanent(failure)).toBe(false);
  });

  it.each([
    ['a file that the user has not found', Object.assign(new Error('open'), { code: 'ENOENT' })],
    ['bad parameters', Object.assign(new Error('bad'), { code: -32602 })],
    ['anything else', 'ENOENT'],
    ['nothing', undefined],
  ])('is %s', (_, error) => {
    expect(isPermanent(error)).toBe(false);
  });
});

describe('isPermanent of what an authorization server says', () => {
  it.each([
    [OAuthErrorCode.AccessDenied, true],
    [OAuthErrorCode.InvalidGrant, true],
    [OAuthErrorCode.ServerError, false],
    [OAuthErrorCode.TemporarilyUnavailable, false],
  ])('%s', (code, expected) => {
    expect(isPermanent(new OAuthError(code, 'no'))).toBe(expected);
  });

  it('is so of what nobody may do', () => {
    expect(isPermanent(new UnauthorizedError())).toBe(true);
  });
});
