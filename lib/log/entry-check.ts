import { MOST_SLOTS } from '../state/connection-table.ts';
import type { LogEntry } from '../state/log-entry.ts';

/** Checks the entries of one log before they are used. A log may come from anywhere and must not crash the reader. */
export class EntryCheck {
  /** The `maxSize` of the recorded pool, once it is known. */
  #maxSize: unknown;

  /** What is wrong with the next entry, in words; `undefined` if nothing is. */
  faultOf(entry: LogEntry): string | undefined {
    if (entry.type === 'dropped') return isCount(entry.events) ? undefined : 'the number of what is missing is none';
    if (entry.type === 'snapshot') return this.#faultOfSnapshot(entry.state);
    if (!isCount(entry.version) || !Number.isFinite(entry.at)) return 'an event without a version or an instant';
    if (entry.type === 'opened') this.#maxSize = entry.maxSize;
    const slot: unknown = Reflect.get(entry, 'slot');
    if (slot !== undefined && !this.#isSlot(slot)) return this.#noSlot(slot);
    const odd = Object.entries(entry).find(([name, value]) => !isPlain(value) && !(name === 'info' && isInfo(value)));
    return odd === undefined ? undefined : `what stands under ${JSON.stringify(odd[0])} is neither text nor a number`;
  }

  #faultOfSnapshot(state: unknown): string | undefined {
    const { version, maxSize, connections } = Object(state) as Readonly<Record<string, unknown>>;
    if (!isCount(version) || !Array.isArray(connections)) return 'no valid snapshot';
    this.#maxSize = maxSize;
    for (const record of connections as readonly unknown[]) {
      const slot: unknown = Reflect.get(Object(record) as object, 'slot');
      if (!this.#isSlot(slot)) return this.#noSlot(slot);
    }
    return undefined;
  }

  /**
   * Whether the slot is valid. The state has room for every slot below the highest, so a huge one would take all
   * memory.
   */
  #isSlot(slot: unknown): boolean {
    return isCount(slot) && slot < this.#slots;
  }

  get #slots(): number {
    return isCount(this.#maxSize) ? Math.min(this.#maxSize, MOST_SLOTS) : MOST_SLOTS;
  }

  #noSlot(slot: unknown): string {
    return `slot ${JSON.stringify(slot)} of a pool that has ${this.#slots}`;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}

function isInfo(value: unknown): boolean {
  return Object.values(Object(value) as object).every(isPlain);
}
