import { describe, expect, it } from 'vitest';
import { cut, fit, wrap } from '../../../lib/cli/terminal/fit.ts';

const loud = (text: string): string => text.toUpperCase();

describe('fit', () => {
  it('leaves out the parts that have no room, from the first of them on', () => {
    const parts = [{ text: 'one' }, { text: 'three' }, { text: 'x' }];
    expect([13, 12, 10, 9].map((width) => fit(parts, width))).toEqual([
      'one  three  x',
      'one  three',
      'one  three',
      'one',
    ]);
  });

  it('cuts the first part where it must', () => {
    expect(fit([{ text: 'throughput' }, { text: 'x' }], 6)).toBe('throu…');
  });

  it('measures the text and not the paint, and skips what is empty', () => {
    expect(fit([{ text: '' }, { text: 'ab', paint: loud }, { text: '' }, { text: 'cd' }], 6)).toBe('AB  cd');
    expect(fit([], 6)).toBe('');
  });
});

describe('cut', () => {
  it('ends what is too wide with an ellipsis', () => {
    expect([3, 2, 1].map((width) => cut('abc', width))).toEqual(['abc', 'a…', '…']);
  });
});

describe('wrap', () => {
  it('breaks at spaces, and leaves a long word alone', () => {
    expect(wrap('one two three abcdefghijkl x', 8)).toBe('one two\nthree\nabcdefghijkl\nx');
  });
});
