import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { paperOf, root } from './support/papers.ts';

const sources = readdirSync(`${root}/lib`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(`${root}/lib/${path}`, 'utf8'));

/** Where a code is one: in quotes, or as the name of the data that goes with it. */
const inSources = new Set(
  sources.flatMap((source) => [...source.matchAll(/\b(?:POOL|MCP)_[A-Z_]+\b(?=['":])/g)].map(([code]) => code)),
);

const inTable = [...paperOf('lib/README.md').text.matchAll(/^\| `((?:POOL|MCP)_[A-Z_]+)` \|/gm)].map(
  ([, code]) => code,
);

it('has a row in the table of error codes for each code of the sources, and for no other', () => {
  expect(inTable.toSorted()).toEqual([...inSources].sort());
});

it('tells of each code the cause and what to do', () => {
  const rows = paperOf('lib/README.md')
    .text.split('\n')
    .filter((line) => /^\| `(POOL|MCP)_/.test(line));
  const told = rows.map((row) => row.split(' | ').slice(1));
  expect(told.filter((cells) => cells.length !== 2 || cells.some((cell) => cell.length < 20))).toEqual([]);
});
