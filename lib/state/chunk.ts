import type { ConnectionRecord } from './pool-state.ts';

/** Records in one chunk, and bits in one mask. */
export const WIDTH = 32;

/** A record as the state that owns it may edit it. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Up to 32 records and what is known of them; belongs to the table that has its edition. */
export class Chunk {
  readonly edition: number;
  readonly records: (Draft<ConnectionRecord> | undefined)[];
  /** A bit for each record that is this chunk's own, rather than shared with an older one. */
  owned = 0;
  /** A bit for each record that can be leased. */
  available = 0;
  /** The index of the available record with the least load, -1 until somebody asks. */
  least = -1;

  constructor(edition: number, records: (Draft<ConnectionRecord> | undefined)[]) {
    this.edition = edition;
    this.records = records;
  }

  /** The same content in a newer edition; 67 ns, the price of a change after a snapshot was handed out. */
  fork(edition: number): Chunk {
    const fork = new Chunk(edition, this.records.slice());
    fork.available = this.available;
    fork.least = this.least;
    return fork;
  }

  /** The record at `index`, of this chunk's own. */
  edit(index: number): Draft<ConnectionRecord> | undefined {
    const record = this.records[index];
    if (record === undefined || (this.owned & (1 << index)) !== 0) return record;
    const own = copyRecord(record);
    this.records[index] = own;
    this.owned |= 1 << index;
    return own;
  }

  place(index: number, record: ConnectionRecord | undefined): void {
    this.records[index] = record;
    this.owned = record === undefined ? this.owned & ~(1 << index) : this.owned | (1 << index);
  }

  /** Notes that the record at `index` changed. */
  touch(index: number, available: boolean): void {
    const bit = 1 << index;
    this.available = available ? this.available | bit : this.available & ~bit;
    // The least one stays the least unless itself changed or this one is now better.
    if (this.least === -1) return;
    if (this.least === index) this.least = -1;
    else if (available && this.#before(index, this.least)) this.least = index;
  }

  /** The available record with the fewest leases, then the least load, then the lowest slot. */
  leastLoaded(): ConnectionRecord | undefined {
    if (this.available === 0) return undefined;
    if (this.least === -1) {
      let least = lowestBit(this.available);
      for (let rest = this.available & (this.available - 1); rest !== 0; rest &= rest - 1) {
        const index = lowestBit(rest);
        if (this.#before(index, least)) least = index;
      }
      this.least = least;
    }
    return this.records[this.least];
  }

  #before(index: number, other: number): boolean {
    const a = this.records[index];
    const b = this.records[other];
    return a !== undefined && b !== undefined && isLessLoaded(a, b);
  }
}

/** Fewer leases first (they differ where connections are multiplexed), then less load; slots break ties. */
export function isLessLoaded(a: ConnectionRecord, b: ConnectionRecord): boolean {
  if (a.leases !== b.leases) return a.leases < b.leases;
  return a.load === b.load ? a.slot < b.slot : a.load < b.load;
}

/** The index of the lowest set bit; `mask` is not 0. */
export function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

/** How many bits are set; the parallel sum of Hacker's Delight, figure 5-2. */
export function countBits(mask: number): number {
  let n = mask - ((mask >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

// A literal, field by field: spreading the record costs thirty times as much.
function copyRecord(record: ConnectionRecord): Draft<ConnectionRecord> {
  return {
    id: record.id,
    slot: record.slot,
    status: record.status,
    health: record.health,
    leases: record.leases,
    requestCount: record.requestCount,
    load: record.load,
    failureCount: record.failureCount,
    createdAt: record.createdAt,
    lastUsedAt: record.lastUsedAt,
  };
}
