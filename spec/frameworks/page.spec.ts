import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { blocksIn, paperOf, root } from '../support/papers.ts';

const blocks = blocksIn(paperOf('lib/mcp/session/use-it-with.md')).map(({ source }) => source);
const programs = readFileSync(`${root}/spec/frameworks/run.ts`, 'utf8');
/** The examples by their files, in the order in which they run. */
const names = [...programs.matchAll(/^ {2}'?([a-z-]+)'?: \//gm)].map(([, name = '']) => name);

describe('the page "Use it with ..."', () => {
  it('shows each program that `npm run frameworks` runs, and no other', () => {
    expect(names.length).toBeGreaterThan(6);
    expect(blocks).toEqual(names.map((name) => readFileSync(`${root}/spec/frameworks/examples/${name}.ts`, 'utf8')));
  });

  it('has programs of about ten lines', () => {
    for (const block of blocks) expect(block.trim().split('\n').length).toBeLessThanOrEqual(20);
  });
});
