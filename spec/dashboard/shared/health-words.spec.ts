import { expect, it } from 'vitest';
import { healthWords } from '../../../lib/dashboard/shared/health-words.ts';

const dead = { status: 'down', cause: 'Nothing is up: no such file.', since: 1000, nextTryAt: 20_000 } as const;

it('says since when it is so and when connecting is tried next, in seconds', () => {
  expect(healthWords(dead, 6000)).toEqual({
    status: 'down for 5 s',
    sentence: 'Nothing is up: no such file. Next try in 14 s.',
  });
  expect(healthWords(dead, 19_600).sentence).toMatch(/Next try in 0.4 s.$/);
  expect(healthWords(dead, 20_000).sentence).toMatch(/Next try now.$/);
  expect(healthWords(dead, 125_000).status).toBe('down for 2 min 4 s');
});

it('says no more of a pool that is well', () => {
  const well = { status: 'ok', cause: '4 connections are up.', since: 1000, nextTryAt: null } as const;
  expect(healthWords(well, 6000)).toEqual({ status: 'ok', sentence: '4 connections are up.' });
});
