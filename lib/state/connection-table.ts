import { Chunk, type Draft, WIDTH, countBits, lowestBit } from './chunk.ts';
import type { ConnectionRecord, Connections } from './pool-state.ts';

/**
 * The limit of slots. A table has room for all slots below the highest one, so a forged log must not name a huge slot.
 */
export const MOST_SLOTS: number = 2 ** 20;

/** Whether this is a valid slot number. */
export function isSlot(slot: number): boolean {
  return Number.isInteger(slot) && slot >= 0 && slot < MOST_SLOTS;
}

/**
 * The connections of one state, by slot: a wide, two-level tree with path copying.
 *
 * A fork shares every chunk with its origin and copies only the chunks that it changes. The edition is a number that
 * rises with each fork: a chunk of the table's own edition is edited in place, one of an older edition is copied first.
 * A mask above the chunks marks those with an available record, so the next free connection is found in constant time
 * up to 1024 connections, and in one more step for each further 1024.
 */
export class ConnectionTable implements Connections {
  readonly #edition: number;
  readonly #chunks: (Chunk | undefined)[];
  /** A bit for each chunk that has an available record. */
  readonly #words: number[];
  /** The slot of each pin. Only the newest edition has the map; an older one that is asked again rebuilds it. */
  #pins: Map<string, number> | undefined;

  #slots = 0;
  #available = 0;
  /**
   * The first chunk that has the least loaded record; -1 until it is asked for. `#leastKey` is the key of that record.
   */
  #leastChunk = -1;
  #leastKey = Infinity;

  constructor(edition = 0, chunks: (Chunk | undefined)[] = [], words: number[] = []) {
    this.#edition = edition;
    this.#chunks = chunks;
    this.#words = words;
  }

  /** A table with the same content. Editing the fork does not change this one. */
  fork(): ConnectionTable {
    const fork = new ConnectionTable(this.#edition + 1, this.#chunks.slice(), this.#words.slice());
    fork.#slots = this.#slots;
    fork.#available = this.#available;
    fork.#leastChunk = this.#leastChunk;
    fork.#leastKey = this.#leastKey;
    fork.#pins = this.#pins;
    // The map moves on to the fork. Copying it would take time in proportion to the pins, at each snapshot that is
    // observed.
    this.#pins = undefined;
    return fork;
  }

  get slots(): number {
    return this.#slots;
  }

  get(slot: number): ConnectionRecord | undefined {
    return this.#chunks[slot >>> 5]?.records[slot & 31];
  }

  /**
   * The record of this connection for editing; `undefined` when the connection is gone. Call `touch` after the edit.
   */
  edit(slot: number, id: number): Draft<ConnectionRecord> | undefined {
    const chunk = this.#chunks[slot >>> 5];
    const isOwn = chunk?.edition === this.#edition && (chunk.owned & (1 << (slot & 31))) !== 0;
    const record = isOwn ? chunk.records[slot & 31] : this.#copied(slot);
    return record?.id === id ? record : undefined;
  }

  place(record: ConnectionRecord): void {
    this.#own(record.slot >>> 5).place(record.slot & 31, record);
    this.#slots = Math.max(this.#slots, record.slot + 1);
  }

  remove(slot: number): void {
    this.#own(slot >>> 5).place(slot & 31, undefined);
    this.touch(slot, false);
    while (this.#slots > 0 && this.get(this.#slots - 1) === undefined) this.#slots--;
  }

  /** Whether the record at `slot` can be leased. */
  isAvailable(slot: number): boolean {
    const chunk = this.#chunks[slot >>> 5];
    return chunk !== undefined && (chunk.available & (1 << (slot & 31))) !== 0;
  }

  /** Notes that the record at `slot` was edited, and whether it can be leased now. */
  touch(slot: number, available: boolean): void {
    const chunk = this.#chunks[slot >>> 5];
    if (chunk === undefined) return;
    const before = chunk.available;
    const bit = 1 << (slot & 31);
    chunk.available = available ? before | bit : before & ~bit;
    if (this.#leastChunk !== -1 || chunk.knowsLeast) this.#touchLeast(slot, chunk, available);
    if (chunk.available === before) return;
    this.#available += available ? 1 : -1;
    if (before === 0 || chunk.available === 0) this.#markChunk(slot >>> 5, available);
  }

  /** Notes that the connection on this slot is kept for a key. */
  pin(slot: number, pin: string): void {
    this.#slotOfPin().set(pin, slot);
  }

  /**
   * Notes that the connection on this slot is not kept any more. By now its key may have another connection, whose
   * entry stays.
   */
  unpin(slot: number, pin: string): void {
    if (this.#slotOfPin().get(pin) === slot) this.#slotOfPin().delete(pin);
  }

  pinnedTo(pin: string): ConnectionRecord | undefined {
    const slot = this.#slotOfPin().get(pin);
    return slot === undefined ? undefined : this.get(slot);
  }

  nextAvailable(slot: number): ConnectionRecord | undefined {
    const chunk = this.#chunks[slot >>> 5];
    const rest = chunk === undefined ? 0 : chunk.available & (-1 << (slot & 31));
    return rest === 0 ? this.#firstAvailableFrom((slot >>> 5) + 1) : chunk?.records[lowestBit(rest)];
  }

  /** The first available record of this chunk or a later one, around the end. */
  #firstAvailableFrom(chunk: number): ConnectionRecord | undefined {
    const index = this.#nextChunk(chunk <= this.#chunks.length ? chunk : 0);
    const found = index === -1 ? undefined : this.#chunks[index];
    return found?.records[lowestBit(found.available)];
  }

  countAvailable(): number {
    return this.#available;
  }

  nthAvailable(n: number): ConnectionRecord | undefined {
    let before = n;
    for (const chunk of this.#chunks) {
      if (chunk === undefined) continue;
      const count = countBits(chunk.available);
      if (before < count) return chunk.records[nthBit(chunk.available, before)];
      before -= count;
    }
    return undefined;
  }

  leastLoaded(): ConnectionRecord | undefined {
    if (this.#leastChunk === -1) this.#findLeast();
    return this.#chunks[this.#leastChunk]?.leastLoaded();
  }

  *[Symbol.iterator](): IterableIterator<ConnectionRecord> {
    for (const chunk of this.#chunks) {
      if (chunk === undefined) continue;
      for (const record of chunk.records) if (record !== undefined) yield record;
    }
  }

  #slotOfPin(): Map<string, number> {
    if (this.#pins === undefined) {
      this.#pins = new Map();
      for (const { slot, pin, status, leases } of this) {
        if (pin !== null && (status !== 'closing' || leases > 0)) this.#pins.set(pin, slot);
      }
    }
    return this.#pins;
  }

  #own(index: number): Chunk {
    const chunk = this.#chunks[index];
    if (chunk?.edition === this.#edition) return chunk;
    while (this.#chunks.length < index) this.#chunks.push(undefined);
    while (this.#words.length <= index >>> 5) this.#words.push(0);
    const own =
      chunk === undefined
        ? new Chunk(this.#edition, new Array<undefined>(WIDTH).fill(undefined))
        : chunk.fork(this.#edition);
    this.#chunks[index] = own;
    return own;
  }

  /** The record at `slot`, copied as this table's own; `undefined` where there is none. */
  #copied(slot: number): Draft<ConnectionRecord> | undefined {
    return this.get(slot) === undefined ? undefined : this.#own(slot >>> 5).edit(slot & 31);
  }

  #touchLeast(slot: number, chunk: Chunk, available: boolean): void {
    chunk.touchLeast(slot & 31, available);
    if (this.#leastChunk !== -1) this.#noteLeast(slot >>> 5, chunk);
  }

  /** Notes whether the chunk has an available record. */
  #markChunk(index: number, hasAny: boolean): void {
    const word = this.#words[index >>> 5] ?? 0;
    const bit = 1 << (index & 31);
    this.#words[index >>> 5] = hasAny ? word | bit : word & ~bit;
  }

  #findLeast(): void {
    this.#leastKey = Infinity;
    for (let w = 0; w < this.#words.length; w++) {
      for (let rest = this.#words[w] ?? 0; rest !== 0; rest &= rest - 1) {
        const index = w * WIDTH + lowestBit(rest);
        const chunk = this.#chunks[index];
        if (chunk !== undefined) this.#noteLeast(index, chunk);
      }
    }
  }

  /** Updates the chunk with the least loaded record after this chunk changed. */
  #noteLeast(index: number, { leastKey }: Chunk): void {
    const isFirst = leastKey < this.#leastKey || (leastKey === this.#leastKey && index < this.#leastChunk);
    if (isFirst) {
      this.#leastChunk = index;
      this.#leastKey = leastKey;
    } else if (index === this.#leastChunk && leastKey > this.#leastKey) {
      this.#leastChunk = -1;
    }
  }

  /**
   * Index of the first chunk at or after `index`, around the end, that has an available record; -1 where there is none.
   */
  #nextChunk(index: number): number {
    const words = this.#words.length;
    for (let step = 0; step <= words; step++) {
      const w = ((index >>> 5) + step) % words;
      const word = this.#words[w] ?? 0;
      const rest = step === 0 ? word & (-1 << (index & 31)) : word;
      if (rest !== 0) return w * WIDTH + lowestBit(rest);
    }
    return -1;
  }
}

function nthBit(mask: number, n: number): number {
  let rest = mask;
  for (let i = 0; i < n; i++) rest &= rest - 1;
  return lowestBit(rest);
}
