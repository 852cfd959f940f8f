import type { ConnectionRecord } from './pool-state.ts';

/** Number of records in one chunk, and of bits in one mask. */
export const WIDTH = 32;

/** A record whose fields may be written, by the state that owns it. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** Up to 32 records with a summary of them. Only the table with the same edition may edit it in place. */
export class Chunk {
  readonly edition: number;
  readonly records: (Draft<ConnectionRecord> | undefined)[];
  /** A bit for each record that belongs to this chunk alone, rather than being shared with an older one. */
  owned = 0;
  /** A bit for each record that can be leased. */
  available = 0;
  /** A bit for each available record with the smallest key; 0 until it is asked for. */
  #leastMask = 0;
  #leastKey = Infinity;

  constructor(edition: number, records: (Draft<ConnectionRecord> | undefined)[]) {
    this.edition = edition;
    this.records = records;
  }

  /** The same content in a newer edition. Takes 67 ns, the price of a change after a snapshot was handed out. */
  fork(edition: number): Chunk {
    const fork = new Chunk(edition, this.records.slice());
    fork.available = this.available;
    fork.#leastMask = this.#leastMask;
    fork.#leastKey = this.#leastKey;
    return fork;
  }

  /** The record at `index` for editing; copied first if it is shared. */
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

  /** Whether `leastKey` is known, and has to be kept up to date. */
  get knowsLeast(): boolean {
    return this.#leastMask !== 0;
  }

  /** Notes that the key of the record at `index` may have changed, and whether it can be leased now. */
  touchLeast(index: number, available: boolean): void {
    if (this.#leastMask === 0) return;
    // If other records share the smallest key it remains the smallest, whatever the key of this record has become.
    this.#leastMask &= ~(1 << index);
    if (available && this.#leastMask !== 0) this.#note(index);
  }

  /** The smallest `loadKey` of the available records, `Infinity` where there are none. */
  get leastKey(): number {
    if (this.#leastMask === 0) {
      this.#leastKey = Infinity;
      for (let rest = this.available; rest !== 0; rest &= rest - 1) this.#note(lowestBit(rest));
    }
    return this.#leastKey;
  }

  /** The first of the available records that have the smallest key. */
  leastLoaded(): ConnectionRecord | undefined {
    return this.leastKey === Infinity ? undefined : this.records[lowestBit(this.#leastMask)];
  }

  #note(index: number): void {
    const record = this.records[index];
    const key = record === undefined ? Infinity : loadKey(record);
    if (key > this.#leastKey) return;
    this.#leastMask = key < this.#leastKey ? 1 << index : this.#leastMask | (1 << index);
    this.#leastKey = key;
  }
}

/**
 * Sort key of a record: fewer leases first (the numbers differ where connections are multiplexed), then less load. Load
 * stays below 2^40.
 */
export function loadKey({ leases, load }: ConnectionRecord): number {
  return leases * 2 ** 40 + load;
}

/** Index of the lowest set bit; `mask` must not be 0. */
export function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

/** The number of set bits; the parallel sum of Hacker's Delight, figure 5-2. */
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

// An object literal, field by field: spreading the record takes thirty times as long.
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
