import { createColors } from 'picocolors';
import { expect, it } from 'vitest';
import { healthLines } from '../../../lib/cli/terminal/health-lines.ts';
import { bare } from '../samples.ts';

const health = (cause: string) => ({ status: 'down', cause, since: 0, nextTryAt: null }) as const;

it('breaks a long sentence into lines, three at most, none wider than the room', () => {
  const lines = healthLines(health('Nothing is up. '.repeat(20)), 1000, 40, bare);
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(/…$/);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
});

it('leaves a terminal nothing to act upon, and is in red where the pool is down', () => {
  const [line] = healthLines(health('Nothing is up: \u001b[2J.'), 1000, 80, createColors(true));
  expect(line).toBe('\u001b[31mdown for 1 s: Nothing is up: \\u001b[2J.\u001b[39m');
});
