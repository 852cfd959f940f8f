import { homedir } from 'node:os';
import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Expander } from '../../../lib/mcp/config/expander.ts';
import { Inputs } from '../../../lib/mcp/config/inputs.ts';

const declared = [{ id: 'asked', type: 'promptString', password: true }, { id: 'preset', default: 'p' }, 'odd'];

function expander(isOfOpencode = false): Expander {
  const variables = { A: 'a', EMPTY: '', API_KEY: 'k', DOLLAR: '${A}' };
  const inputs = new Inputs(declared, { given: 'g' });
  return new Expander({ variables, inputs, folder: '/projects/place', isOfOpencode });
}

describe('an expander', () => {
  it.each([
    ['plain', 'plain'],
    ['${A}', 'a'],
    ['x${A}y${env:A}z', 'xayaz'],
    ['${B:-b}', 'b'],
    ['${B:-}', ''],
    ['${env:B:-b c:-d}', 'b c:-d'],
    ['${A:-b}', 'a'],
    ['${EMPTY}', ''],
    ['${EMPTY:-b}', 'b'],
    ['${DOLLAR}', '${A}'],
    ['${workspaceFolder}/x', '/projects/place/x'],
    ['${workspaceFolderBasename}', 'place'],
    ['${userHome}', homedir()],
    ['${cwd}', process.cwd()],
    ['${pathSeparator}${/}', sep + sep],
    ['${input:given}${input:preset}', 'gp'],
    ['{env:A}', '{env:A}'],
    ['$A', '$A'],
  ])('makes of %j %j', (text, expanded) => {
    const one = expander();
    expect(one.text('here', text)).toBe(expanded);
    one.finish();
  });

  it('knows the variables of opencode in its files, and a value that is a variable as a whole', () => {
    expect(expander(true).text('here', 'x{env:A}')).toBe('xa');
    expect([expander().value('here', '$A'), expander().value('here', '$Ax')]).toEqual(['a', '$Ax']);
  });

  it('takes nothing for a variable that every object has', () => {
    const one = expander();
    for (const name of ['constructor', 'toString', '__proto__']) one.text('args', `\${${name}}`);
    expect(() => {
      one.finish();
    }).toThrow('variable constructor is not set (args), variable toString is not set');
  });

  it('names all that has no value, each with its places', () => {
    const one = expander();
    for (const [where, text] of [
      ['args[0]', '${B}'],
      ['env.X', '${env:B}${C}'],
      ['env.Y', '${input:asked}${input:none}${command:x}${}'],
    ] as const) {
      one.text(where, text);
    }
    expect(() => {
      one.finish();
    }).toThrow(
      'variable B is not set (args[0], env.X), variable C is not set (env.X); ' +
        'the input asked has no default, and nobody can be asked: give its value (inputs, or --input) (env.Y); ' +
        'there is no input none in the file (env.Y); ${command:x} cannot be expanded (env.Y); ${} cannot be expanded (env.Y)',
    );
  });

  it('remembers what is secret', () => {
    const one = expander();
    one.text('args[0]', '${A} ${API_KEY}');
    expect(one.secrets).toEqual(['k']);
  });
});
