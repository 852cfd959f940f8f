import { describe, expect, it } from 'vitest';
import { StderrLines } from '../../../lib/mcp/lines/stderr-lines.ts';
import { Redactor } from '../../../lib/mcp/transport/redactor.ts';

const asItIs = (text: string): string => text;

/** The lines that somebody hears who listens from the first, in order; `|` is the end. */
function heardOf(chunks: readonly (Buffer | string)[], redact = asItIs): string[] {
  const lines = new StderrLines(redact, undefined);
  const heard: string[] = [];
  lines.lines$.subscribe({ next: (line) => heard.push(line), complete: () => heard.push('|') });
  for (const chunk of chunks) lines.push(Buffer.from(chunk), 7);
  lines.end(7);
  return heard;
}

describe('the lines of a stderr', () => {
  it('are whole, however they come, and told without their ends', () => {
    expect(heardOf(['one\ntw', 'o\r\n', '\nthree'])).toEqual(['one', 'two', '', 'three', '|']);
    const bytes = Buffer.from('żółć 🌊\n');
    expect(heardOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual(['żółć 🌊', '|']);
  });

  it('are cut after 16 KiB, whether their end comes soon, late or never', () => {
    const cut = 'x'.repeat(16_384);
    expect(heardOf([`${'x'.repeat(20_000)}\nnext\n`])).toEqual([cut, 'next', '|']);
    expect(heardOf(['x'.repeat(20_000), 'x'.repeat(20_000), 'x\nnext\n'])).toEqual([cut, 'next', '|']);
    expect(heardOf(['x'.repeat(20_000), 'x'.repeat(20_000)])).toEqual([cut, '|']);
  });

  it('have no secrets in them, though these come in two pieces', () => {
    expect(heardOf(['key sec', 'ret-1 and\n'], new Redactor(['secret-1']).text)).toEqual(['key *** and', '|']);
  });

  it('are not told where their beginning was heard by nobody', () => {
    const lines = new StderrLines(asItIs, undefined);
    lines.push(Buffer.from('before\nbegun befo'), 7);
    const heard: string[] = [];
    lines.lines$.subscribe((line) => heard.push(line));
    lines.push(Buffer.from('re\nafter\n'), 7);
    expect(heard).toEqual(['after']);
  });

  it('are told to a listener with the number of the process', () => {
    const told: unknown[] = [];
    const lines = new StderrLines(asItIs, (...all) => told.push(all));
    lines.push(Buffer.from('one\n'), 7);
    lines.end(7);
    expect(told).toEqual([['one', 7]]);
  });
});
