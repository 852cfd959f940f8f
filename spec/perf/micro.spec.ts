import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const folder = new URL('../../perf/micro/', import.meta.url);
const benches = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const)
  .filter(([, text]) => text.includes('export const bench'))
  .map(([file, text]) => [file, /^ {2}name: '([^']+)',$/m.exec(text)?.[1] ?? ''] as const);

it('is called as its file, so that whoever knows the one finds the other', () => {
  expect(benches.length).toBeGreaterThan(8);
  expect(benches.map(([, name]) => `${name}.ts`)).toEqual(benches.map(([file]) => file));
});
