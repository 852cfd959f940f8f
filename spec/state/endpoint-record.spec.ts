import { describe, expect, it } from 'vitest';
import { type EndpointRecord, isForgiven, isInService } from '../../lib/state/endpoint-record.ts';

function record(changes: Partial<EndpointRecord> = {}): EndpointRecord {
  const times = { failedAt: 0, worksSince: 0, setAsides: 0, setAsideUntil: 0, restingUntil: 0 };
  return { id: 'a', connections: 0, failures: 0, ...times, ...changes };
}

describe('isInService', () => {
  it.each<[string, boolean, Partial<EndpointRecord>]>([
    ['it neither rests nor is set aside', true, { failures: 3, setAsides: 2 }],
    ['it rests', false, { restingUntil: 9 }],
    ['it is set aside', false, { setAsideUntil: 9 }],
    ['it is both', false, { restingUntil: 9, setAsideUntil: 9 }],
  ])('when %s: %s', (_, inService, changes) => {
    expect(isInService(record(changes))).toBe(inService);
  });
});

describe('isForgiven', () => {
  it.each<[string, boolean, Partial<EndpointRecord>, number]>([
    ['it has never failed', true, {}, 0],
    ['it has just failed', false, { failures: 1, failedAt: 100 }, 100],
    ['it failed not quite a minute ago', false, { failures: 1, failedAt: 100 }, 60_099],
    ['it failed a minute ago', true, { failures: 1, failedAt: 100 }, 60_100],
    ['it works again, not for long', false, { failures: 1, failedAt: 100, worksSince: 200 }, 1199],
    ['it has worked for a second', true, { failures: 1, failedAt: 100, worksSince: 200 }, 1200],
  ])('when %s: %s', (_, forgiven, changes, at) => {
    expect(isForgiven(record(changes), at)).toBe(forgiven);
  });
});
