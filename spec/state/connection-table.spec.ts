import { describe, expect, it } from 'vitest';
import { ConnectionTable } from '../../lib/state/connection-table.ts';
import type { ConnectionRecord, Connections } from '../../lib/state/pool-state.ts';
import { freeRecord } from '../support/free-record.ts';
import { isLessLoaded } from '../support/is-less-loaded.ts';
import { seeded } from '../support/seeded.ts';

/** What a table of these records has to answer, found by looking at each one. */
function expected(records: readonly ConnectionRecord[], cursors: readonly number[]) {
  const sorted = [...records].sort((a, b) => a.slot - b.slot);
  const free = sorted.filter(({ status }) => status === 'idle');
  const least = free.reduce<ConnectionRecord | undefined>((a, b) => (a && isLessLoaded(a, b) ? a : b), undefined);
  return {
    reach: (sorted.at(-1)?.slot ?? -1) + 1,
    slots: sorted.map(({ slot }) => slot),
    free: free.length,
    least: least?.slot,
    next: cursors.map((cursor) => (free.find(({ slot }) => slot >= cursor) ?? free[0])?.slot),
    nth: cursors.map((n) => free[n]?.slot),
  };
}

function answered(table: Connections, cursors: readonly number[]) {
  return {
    reach: table.slots,
    slots: [...table].map(({ slot }) => slot),
    free: table.countAvailable(),
    least: table.leastLoaded()?.slot,
    next: cursors.map((cursor) => table.nextAvailable(cursor)?.slot),
    nth: cursors.map((n) => table.nthAvailable(n)?.slot),
  };
}

function put(table: ConnectionTable, record: ConnectionRecord) {
  table.place(record);
  table.touch(record.slot, record.status === 'idle');
}

describe('ConnectionTable', () => {
  it('answers nothing when it is empty', () => {
    const cursors = [0, 31, 32, 5000];
    expect(answered(new ConnectionTable(), cursors)).toEqual(expected([], cursors));
  });

  it.each([1, 2, 31, 32, 33, 64, 1000, 1023, 1024, 1025, 1056, 2047, 2048, 2049, 2100])(
    'finds the next, nth and least loaded of %i connections',
    (size) => {
      const below = seeded(size);
      for (const share of [1, 2, 40, size]) {
        const records = Array.from({ length: size }, (_, slot) =>
          freeRecord({ slot, load: below(1000), status: below(share) === 0 ? 'idle' : 'active' }),
        );
        const table = new ConnectionTable();
        for (const record of records) put(table, record);
        const cursors = [0, 1, 31, 32, 1023, 1024, 1025, size - 1, size, size + 1, below(size), below(size)];
        expect(answered(table, cursors)).toEqual(expected(records, cursors));
      }
    },
  );

  it('wraps around to the one connection that is free, wherever it is', () => {
    const table = new ConnectionTable();
    for (let slot = 0; slot < 2100; slot++) put(table, freeRecord({ slot, status: 'active' }));
    for (const slot of [0, 31, 32, 1023, 1024, 2099]) {
      table.touch(slot, true);
      const found = [0, slot, slot + 1, 1024, 2100, 9999].map((cursor) => table.nextAvailable(cursor)?.slot);
      expect(new Set(found)).toEqual(new Set([slot]));
      table.touch(slot, false);
    }
  });

  it('takes records far apart', () => {
    const records = [2050, 40, 1030].map((slot) => freeRecord({ slot }));
    const table = new ConnectionTable();
    for (const record of records) put(table, record);
    const cursors = [0, 1, 2, 3, 41, 1031, 2051];
    expect(answered(table, cursors)).toEqual(expected(records, cursors));
  });

  it('edits a record by slot and id, and none whose id is another', () => {
    const table = new ConnectionTable();
    put(table, freeRecord({ slot: 3, id: 8 }));
    expect(table.edit(3, 8)?.id).toBe(8);
    expect(table.edit(3, 7)).toBeUndefined();
    expect(table.edit(4, 8)).toBeUndefined();
  });

  it.each([11, 12, 13, 14, 15, 16])('agrees with a plain list through 1500 random changes (seed %i)', (seed) => {
    const below = seeded(seed);
    const reach = 70 + below(1100);
    const records = new Map<number, ConnectionRecord>();
    const table = new ConnectionTable();
    for (let i = 0; i < 1500; i++) {
      const slot = below(reach);
      const record = freeRecord({
        slot,
        id: i,
        load: below(50),
        leases: below(2),
        status: below(3) === 0 ? 'active' : 'idle',
      });
      change(table, records, record, below(6) === 0);
      const cursors = [slot, below(reach), below(reach + 50)];
      expect(answered(table, cursors)).toEqual(expected([...records.values()], cursors));
    }
  });

  it.each([21, 22, 23])('never changes a fork, nor what was forked (seed %i)', (seed) => {
    const below = seeded(seed);
    const tables = [{ table: new ConnectionTable(), records: new Map<number, ConnectionRecord>() }];
    for (let i = 0; i < 600; i++) {
      const from = tables[below(tables.length)];
      if (from === undefined) continue;
      const fork = { table: from.table.fork(), records: new Map(from.records) };
      for (let change_ = 0; change_ < 4; change_++) {
        const record = freeRecord({ slot: below(90), id: i, load: below(30) });
        change(fork.table, fork.records, record, below(5) === 0);
      }
      tables.push(fork);
    }
    for (const { table, records } of tables) {
      expect([...table]).toEqual([...records.values()].sort((a, b) => a.slot - b.slot));
      expect(answered(table, [0, 33, 89])).toEqual(expected([...records.values()], [0, 33, 89]));
    }
  });
});

/** The same change to a table and to the list it is compared with. */
function change(
  table: ConnectionTable,
  records: Map<number, ConnectionRecord>,
  record: ConnectionRecord,
  removes: boolean,
) {
  const { slot } = record;
  const old = records.get(slot);
  if (removes) {
    table.remove(slot);
    records.delete(slot);
  } else if (old === undefined) {
    put(table, record);
    records.set(slot, record);
  } else {
    const { load, leases, status } = record;
    Object.assign(table.edit(slot, old.id) ?? {}, { load, leases, status });
    table.touch(slot, status === 'idle');
    records.set(slot, { ...old, load, leases, status });
  }
}
