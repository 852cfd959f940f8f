import { Client } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { stdio } from '../../../lib/mcp/lines/stdio.ts';
import type { StdioOptions } from '../../../lib/mcp/lines/stdio.ts';
import { callEcho } from '../../support/call-echo.ts';
import { everythingServer, isAlive, nodeProgram, pidIn, started, stopAll, untilGone } from '../../support/programs.ts';
import { until } from '../../support/connected-transport.ts';

const ping = { jsonrpc: '2.0' as const, id: 1, method: 'ping' };
/** Stays until its stdin ends. */
const quiet = 'process.stdin.resume();';
/** Answers each request with the method's name. */
const answer = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { method } }));
  });`;
/** Starts a grandchild that holds the pipes, and tells its number in a garbage line. */
const withGrandchild = (detached: boolean): string => `
  const { spawn } = require('node:child_process');
  const idle = ['-e', 'setInterval(() => {}, 1000)'];
  const child = spawn(process.execPath, idle, { stdio: 'inherit', detached: ${String(detached)} });
  console.log('grandchild ' + child.pid);`;

afterEach(stopAll);

describe('stdio options', () => {
  it.each([
    [{ command: '' }, 'command must be a non-empty string'],
    [{ command: 'a\0b' }, 'command must not contain a NUL character'],
    [{ command: 'node', args: 'x' }, 'args must be an array of strings'],
    [{ command: 'node', args: [1] }, 'args must be an array of strings'],
    [{ command: 'node', env: { A: 1 } }, 'env must hold strings only'],
    [{ command: 'node', env: 'all' }, "env must be an object of strings, 'inherit', or both in a list"],
    [{ command: 'node', env: ['inherit'] }, "env must be an object of strings, 'inherit', or both in a list"],
    [{ command: 'node', env: ['inherit', { A: 1 }] }, 'env must hold strings only'],
    [{ command: 'node', cwd: '' }, 'cwd must be a non-empty string'],
    [{ command: 'node', stderr: 'loud' }, 'stderr must be inherit, ignore or pipe: loud'],
  ])('refuses %o at the call', (options, message) => {
    expect(() => stdio(options as StdioOptions)).toThrow(TypeError);
    expect(() => stdio(options as StdioOptions)).toThrow(message);
  });

  it('names its target for people, without what is secret', () => {
    expect(stdio({ command: 'npx', args: ['-y', 'server'] })).toMatchObject({ kind: 'stdio', target: 'npx -y server' });
    expect(stdio({ command: 'npx', args: ['server', '--api-key', 'abc'] }).target).toBe('npx server --api-key ***');
  });
});

describe('stdio', () => {
  it('carries a session with a real server, whatever it logs', async () => {
    const client = new Client({ name: 'spec', version: '1.0.0' });
    const transport = everythingServer().create();
    await client.connect(transport);
    expect(await callEcho(client, 'żółć 🌊')).toEqual({ type: 'text', text: 'Echo: żółć 🌊' });
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    await client.close();
    expect(transport.failure).toBeUndefined();
  });

  it('is known to the SDK as stdio, so that it falls back to an older server in place', async () => {
    const client = new Client({ name: 'spec', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(everythingServer().create());
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
    await client.close();
  });

  it('skips the banner of a server', async () => {
    const { transport, records } = await started(nodeProgram(`console.log('Welcome!');${answer}`));
    await transport.send(ping);
    await until(() => records.messages.length === 1);
    expect(records.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: { method: 'ping' } }]);
    expect(transport.garbageLines).toBe(1);
  });

  it('reads the whole stderr, so that the server is never blocked, and keeps its end', async () => {
    const { transport, records } = await started(nodeProgram(`console.error('x'.repeat(1e6) + ' the end');${answer}`));
    await transport.send(ping);
    await until(() => records.messages.length === 1 && transport.stderr.length > 0);
    await until(() => transport.stderr.endsWith('x the end\n'));
    expect(transport.stderr).toHaveLength(4096);
  });

  it('gives the child the safe part of the environment and what was asked for', async () => {
    process.env['SPEC_SECRET'] = 'do not tell';
    const tell = `console.log(JSON.stringify({ jsonrpc: '2.0', method: 'env', params: process.env }));${quiet}`;
    const { records } = await started({ ...nodeProgram(tell), env: { SPEC_GIVEN: 'yes' } });
    await until(() => records.messages.length === 1);
    delete process.env['SPEC_SECRET'];
    expect(records.messages[0]).toMatchObject({ params: { SPEC_GIVEN: 'yes', PATH: process.env['PATH'] } });
    expect(records.messages[0]).not.toHaveProperty('params.SPEC_SECRET');
  });
});

describe('the environment of a server', () => {
  const tell = `console.log(JSON.stringify({ jsonrpc: '2.0', method: 'env', params: process.env }));${quiet}`;

  afterEach(() => {
    delete process.env['SPEC_SHELL'];
    delete process.env['SPEC_API_KEY'];
  });

  it.each([
    ['inherit' as const, { SPEC_SHELL: 'from the shell' }],
    [['inherit', { SPEC_GIVEN: 'yes' }] as const, { SPEC_SHELL: 'from the shell', SPEC_GIVEN: 'yes' }],
    [['inherit', { SPEC_SHELL: 'mine' }] as const, { SPEC_SHELL: 'mine' }],
  ])('is all of this process with %j', async (env, variables) => {
    process.env['SPEC_SHELL'] = 'from the shell';
    const { records } = await started({ ...nodeProgram(tell), env });
    await until(() => records.messages.length === 1);
    expect(records.messages[0]).toMatchObject({ params: { PATH: process.env['PATH'], ...variables } });
  });

  it('is told without its secrets: what was given, and of what is inherited that whose name tells it', async () => {
    process.env['SPEC_SHELL'] = 'production';
    process.env['SPEC_API_KEY'] = 'sk-inherited';
    const say = `throw new Error(['SPEC_SHELL', 'SPEC_API_KEY', 'SPEC_GIVEN'].map((n) => process.env[n]) + process.argv[1]);`;
    const args = ['-e', say, '--', '--token=sk-argument'];
    const { records } = await started({
      command: process.execPath,
      args,
      env: ['inherit', { SPEC_GIVEN: 'given to it' }],
    });
    await records.closed;
    expect(records.errors).toEqual(['the server exited with code 1: Error: production,***,***--token=***']);
  });
});

describe('stdio when the server cannot start', () => {
  it.each([
    [{ command: 'no-such-command-here' }, 'command not found: no-such-command-here', 'ENOENT'],
    [{ command: 'node', cwd: '/no/such/place' }, 'working directory not found: /no/such/place', 'ENOENT'],
    [{ command: 'node', cwd: process.execPath }, `working directory not found: ${process.execPath}`, 'ENOTDIR'],
    [{ command: `${process.execPath}/node` }, `command not found: ${process.execPath}/node`, 'ENOTDIR'],
    [{ command: '/' }, 'command not executable: /', 'EACCES'],
  ])('rejects the start of %o', async (options, message, code) => {
    const transport = stdio(options).create();
    let closes = 0;
    transport.onclose = () => closes++;
    await expect(transport.start()).rejects.toMatchObject({ message, code });
    await transport.close();
    expect(closes).toBe(1);
  });

  it('gives up when it is closed or killed while it starts', async () => {
    for (const end of ['close', 'kill'] as const) {
      const transport = stdio(nodeProgram(quiet)).create();
      const starting = expect(transport.start()).rejects.toThrow('closed while it was opening');
      await transport[end]();
      await starting;
      await transport.close();
    }
  });
});

describe('stdio when the server dies', () => {
  it('quotes the error on its stderr, with the exit code', async () => {
    const { transport, records } = await started(nodeProgram(`throw new RangeError('no database');`));
    await records.closed;
    expect(records).toMatchObject({ errors: ['the server exited with code 1: RangeError: no database'], closes: 1 });
    expect(transport.failure?.message).toBe(records.errors[0]);
    await expect(transport.send(ping)).rejects.toThrow('cannot send: the connection is closed: the server exited');
  });

  it('names the signal', async () => {
    const { records } = await started(nodeProgram(`process.kill(process.pid, 'SIGKILL'); ${quiet}`));
    await records.closed;
    expect(records.errors).toEqual(['the server was ended by SIGKILL']);
  });

  it('delivers all that it wrote before', async () => {
    const program = `const fs = require('node:fs');
      for (let id = 0; id < 500; id++) {
        fs.writeSync(1, JSON.stringify({ jsonrpc: '2.0', method: 'said', params: { id, text: 'x'.repeat(1000) } }) + '\\n');
      }
      process.exit(0);`;
    const { records } = await started(nodeProgram(program));
    await records.closed;
    expect(records.messages).toHaveLength(500);
    expect(records.errors).toEqual(['the server exited with code 0']);
  });

  it('closes at its exit although a grandchild out of reach holds the pipe', async () => {
    const { records } = await started(nodeProgram(`${withGrandchild(true)} setTimeout(() => process.exit(4), 50);`));
    await until(() => records.errors.length === 1);
    const grandchild = pidIn(records.errors[0]);
    const began = performance.now();
    await records.closed;
    expect(performance.now() - began).toBeLessThan(1000);
    expect(records).toMatchObject({ closes: 1, errors: [expect.any(String), 'the server exited with code 4'] });
    expect(isAlive(grandchild)).toBe(true);
    process.kill(grandchild, 'SIGKILL');
  });

  it('takes the grandchildren in its group with it', async () => {
    const { records } = await started(nodeProgram(`${withGrandchild(false)} setTimeout(() => process.exit(4), 50);`));
    await records.closed;
    await untilGone(pidIn(records.errors[0]));
  });

  it.each([
    ['its output', `require('node:fs').closeSync(1); setInterval(() => {}, 1000);`, 'the server closed its output'],
    ['its input', `require('node:fs').closeSync(0); setInterval(() => {}, 1000);`, 'the server no longer reads'],
  ])('ends a server that closed %s but lives on', async (_, program, message) => {
    const { transport, records } = await started(nodeProgram(program));
    const send = setInterval(() => void transport.send(ping).catch(() => undefined), 20);
    await records.closed;
    clearInterval(send);
    expect(records.closes).toBe(1);
    expect(records.errors[0]).toContain(message);
    transport.kill();
    await transport.close();
  });
});
