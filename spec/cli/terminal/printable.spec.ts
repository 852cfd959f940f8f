import { expect, it } from 'vitest';
import { jsonText, oneLine } from '../../../lib/cli/terminal/printable.ts';

const controls = [...Array(0x20).keys(), 0x7f, 0x80, 0x9b, 0x9f, 0x61c, 0x200e, 0x202e, 0x2066, 0x2069];

it.each(controls)('leaves nothing of U+%d for a terminal to act upon', (code) => {
  const text = `a${String.fromCharCode(code)}b`;
  const raw = new RegExp(`\\u${code.toString(16).padStart(4, '0')}`);
  expect(oneLine(text)).not.toMatch(raw);
  expect(jsonText({ [text]: text })).not.toMatch(raw);
  expect(JSON.parse(jsonText({ [text]: text }, 2))).toEqual({ [text]: text });
});

it('is one line, in which white space is one space and a control is told', () => {
  expect(oneLine(' a \r\n\t b\u001b[31mc\u202e ')).toBe('a b\\u001b[31mc\\u202e');
});

it('takes anything, and leaves other languages alone', () => {
  expect([oneLine(7), oneLine(undefined), oneLine('Füße, 日本, שלום 😀')]).toEqual([
    '7',
    'undefined',
    'Füße, 日本, שלום 😀',
  ]);
});

it('keeps the lines of a document', () => {
  expect(jsonText({ a: '\u009b' }, 2)).toBe('{\n  "a": "\\u009b"\n}');
});
