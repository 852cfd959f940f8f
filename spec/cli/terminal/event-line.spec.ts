import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { momentParts, wordsOfMoment } from '../../../lib/cli/terminal/event-line.ts';
import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import { checkout, logOf, on } from '../../support/pool-log.ts';
import { bare } from '../samples.ts';

const [down] = logOf([{ type: 'down', ...on(0), error: 'bad\n\u001b[2J\u009bnews' }]) as [PoolEvent];
const gap = (dropped: number) => ({ type: 'snapshot', version: 9, at: 1, dropped }) as const;

describe('a line of an event', () => {
  it('lets nothing through that a terminal would obey', () => {
    expect(wordsOfMoment(down)).toBe('connection 1 died: bad \\u001b[2J\\u009bnews');
    expect(momentParts({ ...down, type: '\u001b[2J' } as unknown as PoolEvent, bare).map(({ text }) => text)).toEqual([
      '\\u001b[2J    ',
      '\\u001b[2J',
    ]);
  });

  it('tells where a log begins, and what it lacks', () => {
    expect(wordsOfMoment(gap(0))).toBe('the log begins here');
    expect(wordsOfMoment(gap(1234))).toBe('1,234 events before it are missing');
  });

  it('has a colour for what went wrong, and one for what is rare', () => {
    const [common] = logOf([checkout(0)]) as [PoolEvent];
    const [rare] = logOf([{ type: 'sweep' }]) as [PoolEvent];
    const paint = createColors(true);
    const colours = [down, gap(3), rare, gap(0), common].map((moment) => momentParts(moment, paint)[0]?.paint);
    expect(colours).toEqual([paint.red, paint.red, paint.cyan, paint.cyan, paint.dim]);
  });
});
