import { describe, expect, it } from 'vitest';
import { failureOf, toolFailureOf } from '../../../lib/cli/load/request-failure.ts';
import { PoolError } from '../../../lib/errors.ts';

describe('failureOf', () => {
  it('has the code of the error, whoever threw it', () => {
    const closed = new PoolError('POOL_CLOSED', { name: 'x' }, 'the pool is closed');
    expect(failureOf(closed)).toEqual({ code: 'POOL_CLOSED', message: 'the pool is closed' });
    expect(failureOf(Object.assign(new Error('no'), { code: -32603 }))).toEqual({ code: '-32603', message: 'no' });
    expect([failureOf(new Error('no')).code, failureOf(undefined).code, failureOf('x').code]).toEqual(
      Array(3).fill('ERROR'),
    );
  });

  it('has a message of one line that is not too long and moves no cursor', () => {
    expect(failureOf(new Error(' a\n  b\u001b[31m ')).message).toBe('a b\\u001b[31m');
    expect(failureOf(new Error('x'.repeat(1000))).message).toHaveLength(300);
  });
});

describe('toolFailureOf', () => {
  it('is what the tool says, where it says that it failed', () => {
    const content = [{ type: 'image' }, null, { type: 'text', text: 'disk full' }];
    expect(toolFailureOf({ isError: true, content })).toEqual({ code: 'TOOL_ERROR', message: 'disk full' });
    expect(toolFailureOf({ isError: true })?.message).toBe('the tool reported an error');
    expect(toolFailureOf({ isError: true, content: [] })?.message).toBe('the tool reported an error');
  });

  it('is nothing for a good result', () => {
    expect([toolFailureOf({ content: [] }), toolFailureOf({ isError: false })]).toEqual([undefined, undefined]);
  });
});
