import { describe, expect, it } from 'vitest';
import { hideSecrets, isSecretName } from '../../../lib/mcp/lines/secret-arguments.ts';

describe('isSecretName', () => {
  it.each(['API_KEY', 'GITHUB_PAT', '--api-key', 'apiKey', 'accessToken', 'DB_PASSWORD', '-token'])(
    'knows %s',
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );

  it.each(['PATH', 'HOME', '--keyboard', '--path', 'NODE_ENV', 'AUTHOR', '--monkey'])('leaves %s alone', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('hideSecrets', () => {
  it.each([
    [['-y', 'server', '/srv/data'], ['-y', 'server', '/srv/data'], []],
    [['--api-key', 'abcdef', 'x'], ['--api-key', '***', 'x'], ['abcdef']],
    [['--api-key', '--verbose'], ['--api-key', '--verbose'], []],
    [['--token=abcdef'], ['--token=***'], ['abcdef']],
    [['-e', 'API_KEY=abcdef'], ['-e', 'API_KEY=***'], ['abcdef']],
    [['-e', 'MODE=abcdef'], ['-e', 'MODE=abcdef'], []],
    [
      ['--header', 'X-Any: abc def'],
      ['--header', '***'],
      ['X-Any: abc def', 'abc def'],
    ],
    [['--header=Authorization: Bearer abc'], ['--header=***'], ['Authorization: Bearer abc', 'Bearer abc']],
    [['postgres://ann:hunter2@db/x'], ['postgres://***@db/x'], ['ann:hunter2', 'ann', 'hunter2']],
  ])('makes of %j what may be seen: %j', (args, shown, secrets) => {
    expect(hideSecrets(args)).toEqual({ shown, secrets });
  });
});
