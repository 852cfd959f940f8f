import { describe, expect, it } from 'vitest';
import { informativeLine } from '../../../lib/mcp/lines/informative-line.ts';
import {
  argparse,
  clap,
  docker,
  goFlags,
  group,
  lifecycle,
  node,
  npm,
  npmOffline,
  python,
  rejected,
  uv,
} from '../../support/stderr-samples.ts';

function lineOf(...lines: readonly string[]): string | undefined {
  return informativeLine(lines.join('\n'), (text) => text);
}

describe('informativeLine', () => {
  it.each([
    ['a module that Node does not find', node, "Error: Cannot find module '/srv/index.js'"],
    ['a rejection that nobody handled', rejected, 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
    [
      'something thrown that is no error',
      [
        '/srv/a.js:1',
        "throw 'no key'",
        '^',
        'no key',
        '(Use `node --trace-uncaught ...` to show where the exception was thrown)',
        '',
        'Node.js v20.20.2',
      ],
      'no key',
    ],
    ['a traceback of Python', python, "ModuleNotFoundError: No module named 'mcp_server_git'"],
    ['a group of exceptions', group, "KeyError: 'API_KEY'"],
    [
      'a package that npm does not find',
      npm,
      'npm error 404 Not Found - GET https://registry.npmjs.org/@none%2fsuch - Not found',
    ],
    ['npm without a network', npmOffline, npmOffline[3]],
    [
      'an older npm',
      [
        'npm ERR! code ETARGET',
        'npm ERR! notarget No matching version found for such@9.',
        'npm ERR! A complete log of this run can be found in:',
        'npm ERR!     /root/.npm/_logs/x-debug.log',
      ],
      'npm ERR! notarget No matching version found for such@9.',
    ],
    [
      'a package without a program',
      [
        'npm error could not determine executable to run',
        'npm error A complete log of this run can be found in: /x/_logs/y',
      ],
      'npm error could not determine executable to run',
    ],
    ['a program behind npm', lifecycle, 'Error: the port is taken'],
    [
      'a package that uv does not find',
      uv,
      'Because none-such was not found in the package registry and you require none-such, we can conclude that',
    ],
    ['an image that Docker does not find', docker, docker[1]],
    [
      'a command that a shell does not find',
      ['/srv/run.sh: line 3: uvx: command not found'],
      '/srv/run.sh: line 3: uvx: command not found',
    ],
    [
      'an interpreter that is not there',
      ["env: 'python3': No such file or directory"],
      "env: 'python3': No such file or directory",
    ],
    ['an argument that is missing', clap, 'error: the following required arguments were not provided: <DIR>'],
    ['a flag that Go does not know', goFlags, 'flag provided but not defined: -stdoi'],
    ['an argument that Python misses', argparse, 'server: error: the following arguments are required: --root'],
    ['nothing but how it is used', ['Usage: server <directory> [more...]'], 'Usage: server <directory> [more...]'],
    [
      'a panic of Rust',
      ["thread 'main' panicked at src/main.rs:2:5:", 'no config', 'note: run with `RUST_BACKTRACE=1`'],
      "thread 'main' panicked at src/main.rs:2:5: no config",
    ],
    [
      'a panic of Go',
      ['panic: no config', '', 'goroutine 1 [running]:', 'main.main()', '\t/srv/main.go:3 +0x1d', 'exit status 2'],
      'panic: no config',
    ],
    [
      'an exception of Java',
      ['Exception in thread "main" java.lang.IllegalStateException: no key', '\tat a.B.main(B.java:3)'],
      'Exception in thread "main" java.lang.IllegalStateException: no key',
    ],
    [
      'a log with times',
      [
        '2026-12-01 03:36:05,123 INFO starting',
        '2026-12-01 03:36:05,124 ERROR no API key',
        '2026-12-01 03:36:05,125 INFO bye',
      ],
      '2026-12-01 03:36:05,124 ERROR no API key',
    ],
    [
      'an error that goes on in the next lines',
      ['ZodError: [', '  {', '    "message": "API_KEY is required"', '  }', ']', '    at parse (/srv/a.js:1:1)'],
      'ZodError: [ { "message": "API_KEY is required"',
    ],
    ['words of its own', ['Starting', 'Please set API_KEY'], 'Please set API_KEY'],
  ])('quotes what tells most of %s', (_, lines, line) => {
    expect(lineOf(...lines)).toBe(line);
  });

  it('strikes out colours, and takes the last state of a line that is written over', () => {
    expect(lineOf('\x1b[31mError\x1b[0m: \x1b]8;;http://x\x07no key\x1b]8;;\x07', '\x1b[2K')).toBe('Error: no key');
    expect(lineOf('\x1b[32m⠋\x1b[0m 10%\r\x1b[2K⠙ 55%\r')).toBe('⠙ 55%');
  });

  it('strikes out secrets before it cuts the line', () => {
    const secret = 'abcdefghij';
    const line = informativeLine(`Error: ${'x'.repeat(188)}${secret}`, (text) => text.replaceAll(secret, '***'));
    expect(line).toBe(`Error: ${'x'.repeat(188)}***`);
    expect(informativeLine(`Error: \x1b[1mabc\x1b[0mdefghij`, (text) => text.replaceAll(secret, '***'))).toBe(
      'Error: ***',
    );
  });

  it('quotes 200 characters at most, boilerplate where there is nothing else, and nothing of nothing', () => {
    expect(lineOf('x'.repeat(1000))).toHaveLength(200);
    expect(lineOf('npm warn config this is odd')).toBe('npm warn config this is odd');
    expect(lineOf('', '  ', '')).toBeUndefined();
  });
});
