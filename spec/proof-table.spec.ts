import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const table = readFileSync(new URL('README.md', import.meta.url), 'utf8');
const named = [...table.matchAll(/`([\w./-]+\.(?:ts|json|spec\.ts)|[\w-]+\/)`/g)].map(([, name = '']) => name);

describe('the table of what proves what', () => {
  it('has a row for each invariant', () => {
    const rows = [...table.matchAll(/^\| (I\d+) +\|/gm)].map(([, row]) => row);
    expect(rows).toEqual(Array.from({ length: 18 }, (_, i) => `I${i + 1}`));
  });

  it('names only what is there', () => {
    const isThere = (name: string) =>
      existsSync(new URL(name, import.meta.url)) || existsSync(new URL(`../${name}`, import.meta.url));
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
