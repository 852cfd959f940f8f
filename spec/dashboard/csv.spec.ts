import { expect, it } from 'vitest';
import { csvOf } from '../../lib/dashboard/csv.ts';

it('writes a line for the names and one for each row', () => {
  expect([
    ...csvOf([
      { a: 1, b: 'x' },
      { a: 2.5, b: '' },
    ]),
  ]).toEqual(['a,b\r\n', '1,x\r\n', '2.5,\r\n']);
});

it.each([
  ['say "no", now', '"say ""no"", now"'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+x,y', `"'+x,y"`],
])('writes %j as %j, which no spreadsheet takes for anything but a text', (text, cell) => {
  expect([...csvOf([{ text }])].at(-1)).toBe(`${cell}\r\n`);
});

it('writes a negative number as it is', () => {
  expect([...csvOf([{ n: -1 }])].at(-1)).toBe('-1\r\n');
});
