import { describe, expect, it } from 'vitest';
import { drawAvailable, mixed } from '../../lib/strategies/draw.ts';
import { checkout, opened, recordAt, stateAfter, up } from '../support/pool-log.ts';

const hundred = Array.from({ length: 100 }, (_, slot) => slot);

/** How often each slot is drawn with so many seeds. */
function countsOf(seeds: number, busy: readonly number[], salt?: number, other?: number): Map<number, number> {
  const counts = new Map<number, number>();
  const full = stateAfter(opened(), ...up(...hundred.slice(0, 10)), ...busy.map((slot) => checkout(slot)));
  const record = other === undefined ? undefined : recordAt(full, other);
  for (let seed = 0; seed < seeds; seed++) {
    const drawn = drawAvailable(Object.assign(Object.create(full) as typeof full, { seed }), salt, record);
    if (drawn !== undefined) counts.set(drawn.slot, (counts.get(drawn.slot) ?? 0) + 1);
  }
  return counts;
}

describe('drawAvailable', () => {
  it.each<[string, number[], number | undefined]>([
    ['all are available', [], undefined],
    ['half of them are', [0, 2, 4, 6, 8], undefined],
    ['two of them are, which few draws hit', [0, 1, 2, 4, 5, 6, 7, 8], undefined],
    ['one is left out', [], 4],
    ['the first one is left out, of three', [1, 3, 4, 5, 6, 7, 8], 0],
    ['the last one is left out, of three', [1, 3, 4, 5, 6, 7, 8], 9],
    ['one in between is left out, of three', [1, 3, 4, 5, 6, 7, 8], 2],
  ])('draws each of those that it may, all alike, where %s', (_, busy, other) => {
    const counts = countsOf(4000, busy, 0, other);
    const may = hundred.slice(0, 10).filter((slot) => !busy.includes(slot) && slot !== other);
    expect([...counts.keys()].sort()).toEqual(may);
    for (const count of counts.values()) expect(Math.abs(count - 4000 / may.length)).toBeLessThan(200);
  });

  it.each<[string, number[], number | undefined]>([
    ['none is available', hundred.slice(0, 10), undefined],
    ['the only one is left out', hundred.slice(0, 9), 9],
  ])('draws none where %s', (_, busy, other) => {
    expect(countsOf(50, busy, 0, other).size).toBe(0);
  });

  it('draws the same with the same seed, and apart from that with another salt', () => {
    const choices = (salt?: number) =>
      hundred.map((seed) => drawAvailable(stateAfter(opened({ seed }), ...up(0, 1, 2, 3, 4, 5, 6, 7)), salt)?.slot);
    expect(choices()).toEqual(choices(0));
    const same = choices(1).filter((slot, i) => slot === choices(0)[i]);
    // By chance one in eight.
    expect(same.length).toBeLessThan(30);
  });
});

describe('mixed', () => {
  it('is a 32-bit number, the finalizer of MurmurHash3', () => {
    // MurmurHash3_x86_32 of nothing, with the seed: only the finalizer is left.
    expect([mixed(0), mixed(1), mixed(0xffffffff)]).toEqual([0, 0x514e28b7, 0x81f16f39]);
  });

  it('changes half of the bits for each bit of the other', () => {
    let changed = 0;
    for (let n = 0; n < 100; n++) {
      for (let bit = 0; bit < 32; bit++) {
        for (let diff = mixed(n) ^ mixed(n ^ (1 << bit)); diff !== 0; diff &= diff - 1) changed++;
      }
    }
    expect(changed / (100 * 32)).toBeCloseTo(16, 0);
  });
});
