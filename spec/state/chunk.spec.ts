import { describe, expect, it } from 'vitest';
import { Chunk, WIDTH, countBits, loadKey, lowestBit } from '../../lib/state/chunk.ts';
import { freeRecord } from '../support/free-record.ts';
import { seeded } from '../support/seeded.ts';

/** As the table does it. */
function touch(chunk: Chunk, slot: number, available: boolean) {
  chunk.available = available ? chunk.available | (1 << slot) : chunk.available & ~(1 << slot);
  chunk.touchLeast(slot, available);
}

function chunkOf(...loads: number[]) {
  const chunk = new Chunk(0, new Array<undefined>(WIDTH).fill(undefined));
  loads.forEach((load, slot) => {
    chunk.place(slot, freeRecord({ slot, load }));
    touch(chunk, slot, true);
  });
  return chunk;
}

describe('bits', () => {
  it('counts them and finds the lowest', () => {
    const below = seeded(7);
    const masks = [1, -1, 1 << 31, 0x55555555, ...Array.from({ length: 500 }, () => below(2 ** 32) | 0)];
    for (const mask of masks.filter((mask) => mask !== 0)) {
      const bits = (mask >>> 0).toString(2).split('').reverse();
      expect([mask, countBits(mask), lowestBit(mask)]).toEqual([
        mask,
        bits.filter((bit) => bit === '1').length,
        bits.indexOf('1'),
      ]);
    }
    expect(countBits(0)).toBe(0);
  });
});

describe('loadKey', () => {
  it('orders by leases, then by load', () => {
    const key = loadKey(freeRecord({ slot: 0, leases: 1, load: 5 }));
    expect(loadKey(freeRecord({ slot: 0, leases: 0, load: 2 ** 39 }))).toBeLessThan(key);
    expect(loadKey(freeRecord({ slot: 0, leases: 1, load: 4 }))).toBeLessThan(key);
    expect(loadKey(freeRecord({ slot: 0, leases: 2, load: 0 }))).toBeGreaterThan(key);
  });
});

describe('Chunk', () => {
  it('edits its own records in place', () => {
    const chunk = chunkOf(1, 2);
    const record = chunk.records[1];
    expect(chunk.edit(1)).toBe(record);
  });

  it('copies the records that a fork shares, once', () => {
    const chunk = chunkOf(1, 2);
    const fork = chunk.fork(1);
    const own = fork.edit(1);
    expect(own).not.toBe(chunk.records[1]);
    expect(own).toEqual(chunk.records[1]);
    expect(fork.edit(1)).toBe(own);
    expect(fork.records[0]).toBe(chunk.records[0]);
  });

  it('has nothing to edit where there is no record', () => {
    expect(chunkOf(1).edit(9)).toBeUndefined();
  });

  it('copies the record of a new tenant after a removal and a fork', () => {
    const chunk = chunkOf(1);
    chunk.place(0, undefined);
    chunk.place(0, freeRecord({ slot: 0, load: 7 }));
    const fork = chunk.fork(1);
    expect(fork.edit(0)).not.toBe(chunk.records[0]);
  });

  it('has no least loaded record when none is available', () => {
    const chunk = chunkOf(3);
    touch(chunk, 0, false);
    expect(chunk.leastLoaded()).toBeUndefined();
  });

  it('notices when the least loaded record becomes busier', () => {
    const chunk = chunkOf(3, 2, 4);
    expect(chunk.leastLoaded()?.slot).toBe(1);
    Object.assign(chunk.edit(1) ?? {}, { load: 9 });
    touch(chunk, 1, true);
    expect(chunk.leastLoaded()?.slot).toBe(0);
  });

  it('notices when another record becomes less loaded', () => {
    const chunk = chunkOf(3, 2, 4);
    expect(chunk.leastLoaded()?.slot).toBe(1);
    Object.assign(chunk.edit(2) ?? {}, { load: 0 });
    touch(chunk, 2, true);
    expect(chunk.leastLoaded()?.slot).toBe(2);
  });
});
