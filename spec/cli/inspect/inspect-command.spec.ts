import { describe, expect, it, onTestFinished } from 'vitest';
import { serveTcp } from '../../../lib/mcp/server/serve-tcp.ts';
import { counterServer } from '../../support/counter-server.ts';
import { ran } from '../test-io.ts';

describe('the command mcp-pool inspect', () => {
  it.each([
    [['http://127.0.0.1:1/mcp'], 'cannot inspect http://127.0.0.1:1/mcp: connect ECONNREFUSED 127.0.0.1:1'],
    [['--tcp', '127.0.0.1:1'], 'cannot inspect 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1'],
    [
      ['--', process.execPath, '-e', 'console.error("no key"); process.exit(3)'],
      'the server exited with code 3: no key',
    ],
    [['--', 'no-such-program-anywhere'], 'command not found: no-such-program-anywhere'],
    [[], 'name a server: a URL, a command after -- or --config; see mcp-pool inspect --help'],
    [['server.js'], "too many arguments for 'inspect'. Expected 0 arguments but got 1."],
    [['http://a', '--http', 'http://b'], 'choose one of a URL and --http'],
    [['http://a', '--', 'node'], 'choose one of --http and a command after --'],
    [['http://a', '--arguments', '{}'], '--arguments goes with --probe'],
    [['http://a', '--most', '1'], 'It must be a whole number from 2 to 1000'],
    [['http://a', '--prob', 'x'], "unknown option '--prob' (Did you mean --probe?)"],
  ])('says in one line what is wrong with %j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await ran(['inspect', ...argv]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^mcp-pool: .+\n$/);
    expect(stderr).toContain(message);
  });

  it('knows which tools there are', async () => {
    const server = await serveTcp(counterServer());
    onTestFinished(() => server.close());
    const { exitCode, stderr } = await ran(['inspect', '--tcp', `127.0.0.1:${server.port}`, '--probe', 'ad']);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/ has no tool ad; it has: add\n$/)]);
  });

  it('prints its help, with examples and exit codes', async () => {
    const { exitCode, stdout } = await ran(['inspect', '--help'], { columns: 80 });
    expect([exitCode, stdout.includes('Examples:'), stdout.includes('Exit codes:')]).toEqual([0, true, true]);
    expect(stdout).toContain('Usage: mcp-pool inspect [options] [url | -- command arguments]');
  });
});
