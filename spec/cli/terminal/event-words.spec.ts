import { expect, it } from 'vitest';
import { eventTypes, isEventType, isRare, wordsOf } from '../../../lib/cli/terminal/event-words.ts';
import type { PoolEvent } from '../../../lib/events/pool-event.ts';
import { type BareEvent, checkin, checkout, health, leave, logOf, on, opened, wait } from '../../support/pool-log.ts';
import { randomLog } from '../../support/random-log.ts';

function words(event: BareEvent): string {
  return logOf([event]).map(wordsOf).join();
}

it.each<[BareEvent, string]>([
  [opened(), 'a pool of 0 to 1000 connections, roundRobin'],
  [checkout(3), 'connection 4 gets lease 1'],
  [checkout(3, 7), 'connection 4 gets lease 1 for waiter 7 after 2.00 ms'],
  [checkin(3), 'lease 1 of connection 4 ends after 3.00 ms'],
  [wait(7), 'waiter 7 joins the queue'],
  [wait(7, 2, 'a'), 'waiter 7 joins the queue, key a, priority 2'],
  [leave(7, 'timeout'), 'waiter 7 leaves the queue: timeout'],
  [health(0, false), 'connection 1 is not well: no answer'],
  [health(0, true), 'connection 1 is well'],
  [{ type: 'up', ...on(0), endpoint: 'e1', info: { name: 'x', version: '2' } }, 'connection 1 to e1 is up: x 2'],
  [{ type: 'circuit', at: 5, circuit: 'open', retryAt: 105 }, 'the circuit is open, next attempt in 100 ms'],
  [{ type: 'circuit', circuit: 'closed', retryAt: 0 }, 'the circuit is closed'],
  [{ type: 'resting', at: 5, until: 1005 }, 'the pool rests for 1.00 s'],
])('says %j in words', (event, expected) => {
  expect(words(event)).toBe(expected);
});

it('has words for all that happens, in one line', () => {
  for (const seed of [1, 2, 3]) {
    for (const event of randomLog(seed, 2000)) {
      expect(wordsOf(event)).toMatch(/^[ -~µ]{8,}$/);
      expect(wordsOf(event)).not.toMatch(/undefined|NaN|\[object/);
      expect(isEventType(event.type)).toBe(true);
    }
  }
});

it('lets nothing through that a terminal would obey', () => {
  const down: BareEvent = { type: 'down', ...on(0), error: 'bad\n\u001b[2J\u009bnews' };
  expect(words(down)).toBe('connection 1 died: bad \\u001b[2J\\u009bnews');
});

it('gives the name of a type that it does not know', () => {
  const event = { type: 'toString', at: 1, version: 1 } as unknown as PoolEvent;
  expect(wordsOf(event)).toBe('toString');
  expect(isEventType('toString')).toBe(false);
});

it('takes all but what each checkout makes as rare', () => {
  expect(eventTypes().filter((type) => !isRare({ type }))).toEqual(['wait', 'checkout', 'checkin']);
});
