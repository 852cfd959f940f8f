import { describe, expect, it } from 'vitest';
import {
  type CellKind,
  cellKinds,
  countKinds,
  kindOf,
  kindOfCell,
  markOf,
} from '../../../lib/dashboard/shared/cells.ts';
import type { Cell } from '../../../lib/dashboard/protocol.ts';
import type { ConnectionRecord, ConnectionStatus } from '../../../lib/state/pool-state.ts';

function kindWith(status: ConnectionStatus, isUnhealthy: boolean, withheld: boolean, pin: string | null): CellKind {
  const health: ConnectionRecord['health'] = isUnhealthy ? 'unhealthy' : 'healthy';
  return kindOf(status, markOf({ status, health, withheld, pin }));
}

describe('a connection', () => {
  it.each<[ConnectionStatus, boolean, boolean, string | null, CellKind]>([
    ['idle', true, true, 'a', 'unhealthy'],
    ['active', false, true, 'a', 'withheld'],
    ['connecting', true, true, null, 'connecting'],
    ['closing', true, true, 'a', 'closing'],
    ['active', false, false, 'a', 'active'],
    ['idle', false, false, 'a', 'pinned'],
    ['idle', false, false, null, 'idle'],
  ])(
    'that is %s, unhealthy: %s, withheld: %s, of key: %s is shown as %5$s',
    (status, isUnhealthy, withheld, pin, kind) => {
      expect(kindWith(status, isUnhealthy, withheld, pin)).toBe(kind);
    },
  );

  it('is shown the same by its cell', () => {
    const cell: Cell = [0, 1, 'active', 'unhealthy', 1, 0, 0, 0, 0];
    expect(kindOfCell(cell)).toBe('unhealthy');
  });

  it('counts once, and what is not there does not', () => {
    expect(countKinds(['idle', undefined, 'unhealthy', 'idle'])).toEqual({
      ...Object.fromEntries(cellKinds.map((kind) => [kind, 0])),
      idle: 2,
      unhealthy: 1,
    });
  });
});
