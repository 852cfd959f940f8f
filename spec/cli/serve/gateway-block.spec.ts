import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GatewayBlock, gatewayBlock } from '../../../lib/cli/serve/gateway-block.ts';
import { rejectionOf } from '../../support/rejection-of.ts';
import { ran } from '../test-io.ts';
import { fileOf } from './config-file.ts';

const sha256 = 'a'.repeat(64);
const variables = { PORT: '4000', HASH: sha256, FILE: 'audit.jsonl' };

async function read(gateway: unknown): Promise<GatewayBlock> {
  return gatewayBlock(await fileOf({ a: { command: 'x' } }, gateway), { variables, inputs: { host: 'one.example' } });
}

async function wrong(gateway: unknown): Promise<string> {
  return ((await rejectionOf(read(gateway))) as Error).message;
}

describe('the block of the gateway in a file', () => {
  it('is nothing where it is left out', async () => {
    expect(await read(undefined)).toEqual({ options: {}, auditFile: undefined, redis: undefined });
    expect(await read({})).toEqual({ options: {}, auditFile: undefined, redis: undefined });
  });

  it('has what serveGateway takes, with its variables expanded', async () => {
    const file = await fileOf(
      { a: { command: 'x' } },
      {
        names: 'never',
        host: '0.0.0.0',
        port: '${PORT}',
        path: '/all',
        allowedHosts: ['${input:host}'],
        auth: { bearer: [{ name: 'ci', sha256: '${HASH}' }] },
        sessions: { max: 10, perPrincipal: 2, idleMs: 0 },
        audit: { file: '${FILE}', arguments: true },
        replicas: { keys: ['${HASH}'], peers: ['http://10.0.0.2:3100'], port: 3100, hopTimeoutMs: 5000 },
        admin: 3001,
        preStopMs: 500,
        drainMs: 1000,
      },
    );
    const { options, auditFile } = await gatewayBlock(file, { variables, inputs: { host: 'one.example' } });
    expect(options).toEqual({
      names: 'never',
      host: '0.0.0.0',
      port: 4000,
      path: '/all',
      allowedHosts: ['one.example'],
      auth: { bearer: [{ name: 'ci', sha256 }] },
      sessions: { max: 10, perPrincipal: 2, idleMs: 0 },
      audit: { arguments: true },
      replicas: { keys: [sha256], peers: ['http://10.0.0.2:3100'], port: 3100, hopTimeoutMs: 5000 },
      admin: 3001,
      preStopMs: 500,
      drainMs: 1000,
    });
    expect(auditFile).toBe(join(dirname(file), 'audit.jsonl'));
  });

  it.each<[unknown, string]>([
    ['on', 'gateway must be an object, not a string'],
    [{ sesions: {} }, 'unknown key gateway.sesions (did you mean sessions?)'],
    [{ sessions: { max: 0 } }, 'gateway.sessions.max must be a whole number of at least 1, not 0'],
    [{ sessions: { idleMs: -1 } }, 'gateway.sessions.idleMs must be between 0 and'],
    [{ sessions: { most: 1 } }, 'unknown key gateway.sessions.most'],
    [{ drainMs: 'soon' }, 'gateway.drainMs must be a number, not a string'],
    [{ drainMs: '' }, 'gateway.drainMs must be a number, not a string'],
    [{ preStopMs: -1 }, 'gateway.preStopMs must be between 0 and'],
    [{ replicas: { keys: [sha256], hopTimeoutMs: 'x' } }, 'gateway.replicas.hopTimeoutMs must be a number'],
    [{ port: 70_000 }, 'gateway.port must be a port from 0 to 65535, not 70000'],
    [{ port: '${NOT_SET}' }, 'variable NOT_SET is not set (gateway.port)'],
    [{ host: 1 }, 'gateway.host must be a string, not a number'],
    [{ names: 'first' }, 'gateway.names must be one of auto, always, never'],
    [{ allowedHosts: 'a' }, 'gateway.allowedHosts must be a list, not a string'],
    [{ allowedHosts: [null] }, 'gateway.allowedHosts[0] must be a string, not null'],
    [{ audit: { arguments: 'yes' } }, 'gateway.audit.arguments must be true or false, not a string'],
    [{ tools: {} }, 'unknown key gateway.tools'],
    [{ auth: { jwt: {} } }, 'unknown key gateway.auth.jwt'],
    [{ auth: { roles: {} } }, 'unknown key gateway.auth.roles'],
    [{ search: true }, 'unknown key gateway.search'],
    [{ auth: {} }, 'gateway.auth.bearer: auth.bearer must have a token'],
    [{ auth: { bearer: [{ name: 'ci' }] } }, 'gateway.auth.bearer[0].sha256 is missing'],
    [{ auth: { bearer: [{ name: 'ci', sha256, token: 'x' }] } }, 'unknown key gateway.auth.bearer[0].token'],
    [{ auth: { bearer: [{ name: 'ci', sha256: 'secret' }] } }, 'gateway.auth.bearer: sha256 of ci must be 64'],
  ])('is refused, with the place: %j', async (gateway, message) => {
    expect(await wrong(gateway)).toContain(message);
    expect(await wrong(gateway)).not.toContain('secret');
  });
});

describe('mcp-pool serve', () => {
  it('refuses a block that is wrong in one line, and --check tells of it', async () => {
    const file = await fileOf({ a: { command: 'x' } }, { sessions: { max: -5 } });
    const problem = 'gateway.sessions.max must be a whole number of at least 1, not -5';
    expect(await ran(['serve', '--config', file])).toMatchObject({ exitCode: 2, stderr: `mcp-pool: ${problem}\n` });
    expect(await ran(['serve', '--config', file, '--check'])).toMatchObject({
      exitCode: 2,
      stdout: `a: ready\ngateway: failed: ${problem}\n`,
    });
  });

  it('tells by --check what does not go together, with the flags', async () => {
    const file = await fileOf({ a: { command: 'x' } }, { host: '0.0.0.0' });
    expect(await ran(['serve', '--config', file, '--check'])).toMatchObject({
      exitCode: 2,
      stdout: 'a: ready\ngateway: failed: without auth only loopback addresses, not 0.0.0.0\n',
    });
    expect(await ran(['serve', '--config', file, '--host', '::1', '--check'])).toMatchObject({ exitCode: 0 });
  });
});
