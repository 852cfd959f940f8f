import { describe, expect, it } from 'vitest';
import { lineCutter } from '../../../perf/wires/line-cutter.ts';

describe('lineCutter', () => {
  it('cuts what comes in one chunk, and keeps what is no whole line yet', () => {
    expect(cut('a\nb\nc')).toEqual(['a', 'b']);
    expect(cut('a\nb\nc', 'd\n')).toEqual(['a', 'b', 'cd']);
  });

  it('joins a line of many chunks, whatever stands behind it', () => {
    expect(cut('a', 'b', 'c\nd', '\n')).toEqual(['abc', 'd']);
  });

  it('splits no character', () => {
    const bytes = Buffer.from('ä\n');
    expect(cut(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['ä']);
  });
});

function cut(...chunks: readonly (string | Buffer)[]): string[] {
  const lines: string[] = [];
  const push = lineCutter((line) => lines.push(line));
  for (const chunk of chunks) push(Buffer.from(chunk));
  return lines;
}
