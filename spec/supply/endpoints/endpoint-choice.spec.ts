import { describe, expect, it } from 'vitest';
import type { EndpointRecord } from '../../../lib/state/endpoint-record.ts';
import {
  backInServiceAt,
  bestEndpoint,
  inOrderOfReturn,
  isOver,
  leavesTooManyAside,
} from '../../../lib/supply/endpoints/endpoint-choice.ts';

function endpoint(id: string, record: Partial<EndpointRecord> = {}): EndpointRecord {
  const times = { failedAt: 0, worksSince: 0, setAsides: 0, setAsideUntil: 0, restingUntil: 0 };
  return { id, connections: 0, failures: 0, ...times, ...record };
}

describe('the next connection', () => {
  it.each<[string, EndpointRecord[], string | undefined]>([
    ['to the one with the fewest', [endpoint('a', { connections: 2 }), endpoint('b', { connections: 1 })], 'b'],
    ['to the first of several', [endpoint('a'), endpoint('b')], 'a'],
    ['to one that has failed less', [endpoint('a', { failures: 1 }), endpoint('b')], 'b'],
    [
      'to the one with the fewest all the same',
      [endpoint('a', { failures: 2 }), endpoint('b', { connections: 1 })],
      'a',
    ],
    [
      'to the first of several that keep failing',
      [endpoint('a', { failures: 3 }), endpoint('b', { failures: 3 })],
      'a',
    ],
    ['to one that keeps failing least', [endpoint('a', { failures: 4 }), endpoint('b', { failures: 3 })], 'b'],
    ['to none that is set aside', [endpoint('a', { setAsideUntil: 9 }), endpoint('b', { connections: 5 })], 'b'],
    ['to none that rests', [endpoint('a', { restingUntil: 9 }), endpoint('b', { connections: 5 })], 'b'],
    ['to one that keeps failing last', [endpoint('a', { failures: 3 }), endpoint('b', { connections: 5 })], 'b'],
    ['there all the same where it is the only one', [endpoint('a', { failures: 3 })], 'a'],
    ['nowhere where all rest', [endpoint('a', { restingUntil: 9 })], undefined],
    ['nowhere where there are none', [], undefined],
  ])('goes %s', (_, endpoints, expected) => {
    expect(bestEndpoint(endpoints, 10)?.id).toBe(expected);
  });

  it('goes again to one that has not failed for a minute, or has worked for a second', () => {
    const other = endpoint('b', { connections: 1 });
    expect(bestEndpoint([endpoint('a', { failures: 3, failedAt: 10 }), other], 60_009)?.id).toBe('b');
    expect(bestEndpoint([endpoint('a', { failures: 3, failedAt: 10 }), other], 60_010)?.id).toBe('a');
    expect(bestEndpoint([endpoint('a', { failures: 3, worksSince: 20 }), other], 1019)?.id).toBe('b');
    expect(bestEndpoint([endpoint('a', { failures: 3, worksSince: 20 }), other], 1020)?.id).toBe('a');
  });
});

describe('the first that goes on', () => {
  it('is the one whose time is up first', () => {
    const endpoints = [endpoint('a', { setAsideUntil: 70 }), endpoint('b', { restingUntil: 50 }), endpoint('c')];
    expect(backInServiceAt({ endpoints, restingUntil: 0 })).toBe(50);
    expect(backInServiceAt({ endpoints: [], restingUntil: 30 })).toBe(30);
    expect(backInServiceAt({ endpoints: [endpoint('c')], restingUntil: 0 })).toBe(Infinity);
  });
});

describe('too many set aside without the one that leaves', () => {
  const aside = endpoint('a', { setAsideUntil: 9 });

  it.each<[string, boolean, number, number, EndpointRecord | undefined]>([
    ['half of those left', false, 3, 1, endpoint('c')],
    ['it is one of those set aside', false, 2, 1, aside],
    ['only one set aside would be left', true, 2, 1, endpoint('b')],
    ['two of three', true, 4, 2, endpoint('d')],
    ['one of three', false, 4, 2, aside],
    ['none would be left', false, 1, 0, endpoint('a')],
    ['nobody is set aside', false, 2, 0, endpoint('b')],
    ['it has left already', false, 2, 2, undefined],
  ])('where %s: %s', (_, expected, length, aside, leaving) => {
    expect(leavesTooManyAside({ length, aside }, leaving)).toBe(expected);
  });

  it('go on in the order in which their time is up', () => {
    const endpoints = [9, 0, 7, 8].map((setAsideUntil) => endpoint(`until ${setAsideUntil}`, { setAsideUntil }));
    expect(inOrderOfReturn(endpoints).map(({ id }) => id)).toEqual(['until 7', 'until 8', 'until 9']);
  });
});

describe('isOver', () => {
  it('is a time that was set and has come', () => {
    expect([isOver(0, 9), isOver(10, 9), isOver(9, 9), isOver(8, 9)]).toEqual([false, false, true, true]);
  });
});
