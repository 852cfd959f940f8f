import { expect, it } from 'vitest';
import { formatRunTime } from '../../../lib/cli/replay/format-run-time.ts';

it.each([
  [-5, '0:00.000'],
  [12_345, '0:12.345'],
  [754_000.4, '12:34.000'],
  [3_723_000, '1:02:03.000'],
])('shows %d milliseconds since the beginning as %s', (ms, text) => {
  expect(formatRunTime(ms)).toBe(text);
});
