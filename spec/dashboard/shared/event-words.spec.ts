import { expect, it } from 'vitest';
import { eventTypes, isBad, isEventType, isRare, wordsOf } from '../../../lib/dashboard/shared/event-words.ts';
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
  [
    { type: 'allowance', limit: 2, mode: 'held', epoch: 1, error: 'refused' },
    '2 connections are allowed from now on: held: refused',
  ],
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

it('gives the name of a type that it does not know', () => {
  const event = { type: 'toString', at: 1, version: 1 } as unknown as PoolEvent;
  expect(wordsOf(event)).toBe('toString');
  expect(isEventType('toString')).toBe(false);
});

it('takes all but what each checkout and each good check makes as rare', () => {
  expect(eventTypes().filter((type) => !isRare({ type }))).toEqual([
    'checking',
    'wait',
    'leave',
    'checkout',
    'checkin',
  ]);
  expect(logOf([health(0, true), health(0, false)]).map(isRare)).toEqual([false, true]);
});

it.each<[BareEvent, boolean]>([
  [health(0, false), true],
  [health(0, true), false],
  [leave(7, 'timeout'), true],
  [leave(7, 'cancelled'), false],
  [{ type: 'circuit', circuit: 'open', retryAt: 5 }, true],
  [{ type: 'circuit', circuit: 'halfOpen', retryAt: 0 }, false],
  [{ type: 'destroy', ...on(0), lease: 1, usedMs: 1, reason: '' }, true],
  [checkout(3), false],
  [{ type: 'allowance', limit: 2, mode: 'shrunk', epoch: 1 }, true],
  [{ type: 'allowance', limit: 2, mode: 'granted', epoch: 1 }, false],
])('takes %j as something that went wrong: %s', (event, expected) => {
  expect(logOf([event]).map(isBad)).toEqual([expected]);
});
