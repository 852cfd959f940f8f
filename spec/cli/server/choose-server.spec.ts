import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseServer } from '../../../lib/cli/server/choose-server.ts';
import type { ChosenServer } from '../../../lib/cli/server/chosen-server.ts';
import type { ServerFlags } from '../../../lib/cli/server/server-flags.ts';

let folder: string;
let stderr: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
  stderr = '';
});
afterEach(() => rm(folder, { recursive: true }));

function chosen(flags: ServerFlags, words?: readonly string[]): Promise<ChosenServer | undefined> {
  const io = { env: { KEY: 'sk-shell' }, stderr: { write: (text: string) => (stderr += text) } };
  return chooseServer(flags, words, io);
}

/** A file with these servers. */
async function file(servers: unknown): Promise<string> {
  const path = join(folder, 'mcp.json');
  await writeFile(path, JSON.stringify({ mcpServers: servers }));
  return path;
}

describe('the server of a command', () => {
  it.each<[ServerFlags, readonly string[] | undefined, string, object]>([
    [{ tcp: { host: 'a', port: 1 } }, undefined, 'a:1', { kind: 'tcp', host: 'a', port: 1 }],
    [{ stdio: ['node', 's.js'], env: ['KEY', 'A=b=c'] }, undefined, 'node s.js', { kind: 'stdio' }],
    [{}, ['node', 's.js', '--token', 'x'], 'node s.js --token ***', { kind: 'stdio' }],
    [{ http: 'https://ann:pw@a/mcp', header: ['X-A: b: c', 'Y:'] }, undefined, 'https://a/mcp', { kind: 'http' }],
  ])('is that of %j and %j', async (flags, words, target, report) => {
    const server = await chosen(flags, words);
    expect([server?.transport.target, server?.report, server?.options]).toEqual([target, report, {}]);
  });

  it('is none where nothing names one', async () => {
    expect(await chosen({})).toBeUndefined();
  });

  it.each<[ServerFlags, readonly string[] | undefined, string]>([
    [{ tcp: { host: 'a', port: 1 }, stdio: ['b'] }, undefined, 'choose one of --tcp and --stdio'],
    [{ http: 'https://a', config: 'b' }, undefined, 'choose one of --http and --config'],
    [{ config: 'b' }, ['c'], 'choose one of --config and a command after --'],
    [{ header: ['A: b'], stdio: ['c'] }, undefined, '--header goes with --http'],
    [{ input: ['a=b'] }, ['c'], '--input goes with --config'],
    [{ http: 'https://a', header: ['Bearer sk-secret'] }, undefined, "--header must be written as 'Name: value'"],
    [{ http: 'https://a', header: ['Host: b'] }, undefined, '--http: headers must not hold Host, which is set for you'],
    [{ stdio: ['a'], env: ['NOPE'] }, undefined, '--env: the variable NOPE is not set'],
    [{ stdio: ['a'], env: ['=x'] }, undefined, '--env must be written as NAME or NAME=value'],
    [{ config: 'b', input: ['sk-secret'] }, undefined, '--input must be written as id=value'],
  ])('is refused with %j and %j', async (flags, words, message) => {
    await expect(chosen(flags, words)).rejects.toMatchObject({ name: 'CommandError', message });
  });
});

describe('the server of a file', () => {
  it('is the only one, or the one that is named, with what the file says of it', async () => {
    const one = { command: 'node', args: ['${KEY}', '${MODE}'], timeout: 5000, pool: { maxSize: 2, maxsise: 3 } };
    const config = await file({ one, off: { command: 'x', disabled: true } });
    const server = await chosen({ config, env: ['MODE=fast'] });
    expect(server).toMatchObject({ timeoutMs: 5000, options: { name: 'one', maxSize: 2 } });
    expect(server?.transport.target).toBe('node *** fast');
    expect(server?.report).toEqual({ kind: 'stdio', file: config, server: 'one' });
    expect(stderr).toBe(`mcp-pool: ${config}: one: unknown key pool.maxsise (did you mean maxSize?)\n`);
    expect(
      (await chosen({ config: await file({ a: one, b: { url: 'https://b/mcp' } }), server: 'b' }))?.report,
    ).toMatchObject({ kind: 'http', server: 'b' });
  });

  it.each([
    [undefined, 'choose a server of FILE with --server; it has: good, fine, off (disabled), bad (failed)'],
    ['goood', 'FILE has no server goood (did you mean good?); it has: good, fine, off (disabled), bad (failed)'],
    ['off', 'off of FILE is disabled'],
    ['bad', 'bad of FILE: variable NOPE is not set (command)'],
  ])('is refused for --server %j', async (server, message) => {
    const good = { command: 'x' };
    const config = await file({ good, fine: good, off: { ...good, disabled: true }, bad: { command: '${NOPE}' } });
    const refused = chosen({ config, ...(server !== undefined && { server }) });
    await expect(refused).rejects.toMatchObject({ message: message.replace('FILE', config) });
  });

  it('is refused where there is none to choose', async () => {
    const config = await file({});
    await expect(chosen({ config })).rejects.toThrow(`${config} has no server to choose: none`);
  });
});
