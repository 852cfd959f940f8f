import { describe, expect, it } from 'vitest';
import { splitCommandLine } from '../../lib/cli/command-line.ts';

describe('splitCommandLine', () => {
  it.each([
    ['node server.js', ['node', 'server.js']],
    ['  node \t server.js  ', ['node', 'server.js']],
    ['npx -y "a b" \'c d\'', ['npx', '-y', 'a b', 'c d']],
    ['a"b c"d', ['ab cd']],
    ['node "" x', ['node', '', 'x']],
    ['node a\\ b', ['node', 'a b']],
    ['node "a\\"b\\n"', ['node', 'a"b\\n']],
    ["node 'a\\'", ['node', 'a\\']],
    ['node "it\'s"', ['node', "it's"]],
    ['node a\\', ['node', 'a\\']],
    ['node $HOME *.js; ls', ['node', '$HOME', '*.js;', 'ls']],
  ])('splits %j as a shell does, and expands nothing', (line, words) => {
    expect(splitCommandLine(line)).toEqual(words);
  });

  it.each([
    ['', 'the command line is empty'],
    [' \t', 'the command line is empty'],
    ['node "a', 'a quote (") is not closed in: node "a'],
    ['node \'a"', "a quote (') is not closed in: node 'a\""],
  ])('refuses %j', (line, message) => {
    expect(() => splitCommandLine(line)).toThrow(message);
  });
});
