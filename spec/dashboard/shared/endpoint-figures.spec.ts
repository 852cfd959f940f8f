import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../lib/dashboard/protocol.ts';
import { endpointFigures, endpointWords } from '../../../lib/dashboard/shared/endpoint-figures.ts';
import type { EndpointRecord } from '../../../lib/state/endpoint-record.ts';

function record(id: string, rest: Partial<EndpointRecord> = {}): EndpointRecord {
  const none = { connections: 1, failures: 0, failedAt: 0, worksSince: 0, setAsides: 0 };
  return { id, ...none, setAsideUntil: 0, restingUntil: 0, ...rest };
}

function cell(id: number, endpoint: string, status: Cell[2], leases = 0): Cell {
  return [id, id, status, '', leases, 10, 1, 0, 0, endpoint];
}

describe('the figures of endpoints', () => {
  it('are sums over their connections, those in trouble first', () => {
    const endpoints = [
      record('b'),
      record('a'),
      record('c', { failures: 3, setAsideUntil: 5000 }),
      record('d', { failures: 1 }),
      record('e', { failures: 1, worksSince: 900 }),
      record('f', { restingUntil: 1500 }),
    ];
    const cells = [
      cell(1, 'b', 'active', 2),
      cell(2, 'b', 'idle'),
      cell(3, 'b', 'connecting'),
      cell(4, 'z', 'closing'),
    ];
    const told = endpointFigures(cells, endpoints, 1000);
    expect(told.map((figures) => `${figures.id}: ${endpointWords(figures)}`)).toEqual([
      'c: set aside for 4.00 s, after 3 failures',
      'f: its server asked for a pause, 500 ms more',
      'd: failed once',
      'z: not listed any more',
      'a: in service',
      'b: in service',
      'e: in service',
    ]);
    expect(told.at(-2)).toEqual({
      id: 'b',
      status: 'ok',
      failures: 0,
      restMs: 0,
      open: 2,
      active: 1,
      connecting: 1,
      leases: 2,
      requests: 30,
      failed: 3,
    });
  });

  it('are none without endpoints', () => {
    expect(endpointFigures([[0, 1, 'idle', '', 0, 1, 0, 0, 0]], [], 0)).toEqual([]);
  });
});
