import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Redactor } from '../../../lib/mcp/transport/redactor.ts';

const shown = (value: unknown): string => inspect(value, { depth: 20, showHidden: true });

it('strikes a secret out of all texts of an error and of its causes', () => {
  const cause = new AggregateError([new Error('inner canary-1')], 'canary-1');
  const error = Object.assign(new Error('no canary-1 today', { cause }), {
    data: { deep: [{ er: { still: ['canary-1'] } }] },
    headers: new Map([['authorization', 'canary-1']]),
  });
  cause.cause = error;
  expect(new Redactor(['canary-1']).error(error)).toBe(error);
  expect(shown(error)).not.toContain('canary-1');
  expect(error.message).toBe('no *** today');
  expect(error.data).toEqual({ deep: [{ er: { still: ['***'] } }] });
  expect(cause.errors).toHaveLength(1);
});

it.each(['-32000', '48291733', 'ECONNRESET', 'SdkError', 'status'])(
  'leaves the code, the name, numbers and names of properties where %s is secret',
  (secret) => {
    class SdkError extends Error {
      override readonly name = 'SdkError';
      readonly code = 'ECONNRESET';
    }
    const numbers = { code: -32000, status: 48291733 };
    const error = Object.assign(new SdkError('failed'), { data: numbers, errno: -32000 });
    new Redactor([secret]).error(error);
    expect(error).toMatchObject({ name: 'SdkError', code: 'ECONNRESET', errno: -32000, data: numbers });
  },
);

it('takes no error apart where there is no secret', () => {
  const headers = new Headers({ authorization: 'anything' });
  const error = Object.assign(new Error('canary-1'), { headers });
  expect(new Redactor().error(error).headers).toBe(headers);
  expect(error.message).toBe('canary-1');
});
