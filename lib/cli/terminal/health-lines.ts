import type { HealthFacts } from '../../metrics/health.ts';
import { healthWords } from '../../dashboard/shared/health-words.ts';
import type { Paint } from './canvas.ts';
import { cut, wrap } from './fit.ts';
import { oneLine } from './printable.ts';

/** A sentence takes no more lines: the newest error is told in full among the events. */
const MOST_LINES = 3;
const colours = { ok: 'green', degraded: 'yellow', down: 'red' } as const;

/** The health of a pool at an instant of its clock, in a few lines of this width. */
export function healthLines(health: HealthFacts, at: number, width: number, paint: Paint): string[] {
  const { status, sentence } = healthWords(health, at);
  const lines = wrap(oneLine(`${status}: ${sentence}`), width).split('\n');
  const shown = lines.slice(0, MOST_LINES).map((line) => cut(line, width));
  const last = shown.at(-1);
  if (last !== undefined && lines.length > MOST_LINES) shown[MOST_LINES - 1] = cut(`${last} …`, width);
  return shown.map((line) => paint[colours[health.status]](line));
}
