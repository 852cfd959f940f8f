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
  /** A bit for each available record with the least key, 0 while nobody has asked. */
  #least = 0;
  #leastKey = Infinity;

  constructor(edition: number, records: (Draft<ConnectionRecord> | undefined)[]) {
    this.edition = edition;
    this.records = records;
  }

  /** The same content in a newer edition; 67 ns, the price of a change after a snapshot was handed out. */
  fork(edition: number): Chunk {
    const fork = new Chunk(edition, this.records.slice());
    fork.available = this.available;
    fork.#least = this.#least;
    fork.#leastKey = this.#leastKey;
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
    if (this.#least === 0) return;
    // Where others share the least key it stays the least, whatever this record's has become.
    this.#least &= ~bit;
    if (available && this.#least !== 0) this.#note(index);
  }

  /** The least `loadKey` of an available record, `Infinity` where there is none. */
  get leastKey(): number {
    if (this.#least === 0) {
      this.#leastKey = Infinity;
      for (let rest = this.available; rest !== 0; rest &= rest - 1) this.#note(lowestBit(rest));
    }
    return this.#leastKey;
  }

  /** The first of the available records that have the least key. */
  leastLoaded(): ConnectionRecord | undefined {
    return this.leastKey === Infinity ? undefined : this.records[lowestBit(this.#least)];
  }

  #note(index: number): void {
    const record = this.records[index];
    const key = record === undefined ? Infinity : loadKey(record);
    if (key > this.#leastKey) return;
    this.#least = key < this.#leastKey ? 1 << index : this.#least | (1 << index);
    this.#leastKey = key;
  }
}

/** Fewer leases first (they differ where connections are multiplexed), then less load, which stays below 2^40. */
export function loadKey({ leases, load }: ConnectionRecord): number {
  return leases * 2 ** 40 + load;
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

function copyRecord(record: ConnectionRecord): Draft<ConnectionRecord> {
  const copy = copyPlain(record);
  if (record.endpoint !== undefined) copy.endpoint = record.endpoint;
  return copy;
}

// A literal, field by field: spreading the record costs thirty times as much.
function copyPlain(record: ConnectionRecord): Draft<ConnectionRecord> {
  return {
    id: record.id,
    slot: record.slot,
    status: record.status,
    health: record.health,
    leases: record.leases,
    requestCount: record.requestCount,
    load: record.load,
    failureCount: record.failureCount,
    checking: record.checking,
    latencyMs: record.latencyMs,
    latencyAt: record.latencyAt,
    withheld: record.withheld,
    pin: record.pin,
    createdAt: record.createdAt,
    lastUsedAt: record.lastUsedAt,
    info: record.info,
  };
}
