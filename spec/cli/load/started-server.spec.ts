import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ran } from '../test-io.ts';

describe('mcp-pool load of a server that is started', () => {
  const everything = fileURLToPath(import.meta.resolve('@modelcontextprotocol/server-everything/dist/index.js'));
  const few = ['--requests', '4', '--clients', '2', '--no-compare', '--json'];
  const echo = ['--tool', 'echo', '--args', '{"message":"hi"}'];

  it('takes it from a file, with what the file says of its pool', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-pool-'));
    const config = join(folder, 'mcp.json');
    const pool = { minSize: 1, maxSize: 2, strategy: 'random' };
    const one = { command: process.execPath, args: [everything, 'stdio', '--api-key', '${SPEC_KEY}'], pool };
    await writeFile(config, JSON.stringify({ mcpServers: { one, broken: {} } }));
    const flags = ['--config', config, '--server', 'one', '--env', 'SPEC_KEY=sk-secret'];
    const { exitCode, stdout, stderr } = await ran(['load', ...echo, ...few, ...flags]);
    expect([exitCode, stderr, stdout.includes('sk-secret')]).toEqual([0, '', false]);
    expect(JSON.parse(stdout)).toMatchObject({
      target: {
        kind: 'stdio',
        file: config,
        server: 'one',
        name: `${process.execPath} ${everything} stdio --api-key ***`,
      },
      options: { name: 'one', minSize: 1, maxSize: 2, strategy: 'random' },
      withPool: { requests: 4, failed: 0 },
    });
    await rm(folder, { recursive: true });
  });

  it('takes it from what follows --', async () => {
    const { exitCode, stdout } = await ran(['load', ...echo, ...few, '--max', '1', '--', process.execPath, everything]);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { withPool: { requests: 4, failed: 0 } }]);
  });

  it('shows it the variables of the shell, and those of --env', async () => {
    process.env['SPEC_SHELL'] = 'from the shell';
    const tell = "console.error(process.env.SPEC_SHELL + ' ' + process.env.SPEC_MODE); process.exit(1)";
    const { stderr } = await ran(['load', '--env', 'SPEC_MODE=fast', '--', process.execPath, '-e', tell]);
    delete process.env['SPEC_SHELL'];
    expect(stderr).toContain('from the shell fast');
  });
});
