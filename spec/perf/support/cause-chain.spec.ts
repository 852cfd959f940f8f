import { describe, expect, it } from 'vitest';
import { causeChain } from '../../../perf/support/cause-chain.ts';

describe('causeChain', () => {
  it('tells each cause after what it caused', () => {
    const refused = new Error('connect ECONNREFUSED');
    const failed = new Error('3 requests failed', { cause: refused });
    expect(causeChain(new Error('suite broke off', { cause: failed }))).toBe(
      'suite broke off: 3 requests failed: connect ECONNREFUSED',
    );
  });

  it('does not repeat a cause that was quoted', () => {
    const refused = new Error('connect ECONNREFUSED');
    expect(causeChain(new Error('no connection: connect ECONNREFUSED', { cause: refused }))).toBe(
      'no connection: connect ECONNREFUSED',
    );
  });

  it('is one line, whatever it is told', () => {
    expect(causeChain(new Error('first\n  second\n'))).toBe('first second');
    expect(causeChain('not an error')).toBe('not an error');
    expect(causeChain(new TypeError())).toBe('TypeError');
  });

  it('tells the first of several', () => {
    const several = new AggregateError([new Error('connect ::1'), new Error('connect 127.0.0.1')]);
    expect(causeChain(several)).toBe('AggregateError: connect ::1');
  });

  it('ends where causes go round', () => {
    const first = new Error('first');
    first.cause = new Error('second', { cause: first });
    expect(causeChain(first)).toBe('first: second');
  });
});
