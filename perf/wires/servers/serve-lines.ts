import type { Readable, Writable } from 'node:stream';
import { lineCutter } from '../line-cutter.ts';
import { type Asked, answersTo } from './answers.ts';

/** Answers lines; all that came in one chunk in one write. */
export function serveLines(input: Readable, output: Writable): void {
  let answers = '';
  const cut = lineCutter((line) => {
    for (const answer of answersTo(JSON.parse(line) as Asked)) answers += `${answer}\n`;
  });
  input.on('data', (chunk: Buffer) => {
    cut(chunk);
    if (answers !== '') output.write(answers);
    answers = '';
  });
}
