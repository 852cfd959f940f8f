import type { Draft } from './chunk.ts';
import type { EndpointRecord } from './endpoint-record.ts';

const WIDTH = 32;

/** Up to 32 records, with holes. Edited in place by the table that owns it, and shared with forks of that table. */
interface EndpointChunk {
  readonly owner: EndpointTable;
  readonly records: (EndpointRecord | undefined)[];
}

/**
 * The index of each listed endpoint. A table and its forks share one map for as long as they list the same endpoints.
 */
interface Places {
  readonly of: Map<string, number>;
  /** The number of changes so far; by it a table notices that another one has changed the shared map. */
  changes: number;
}

/**
 * The endpoints of one state in the order in which they were listed. Finding, changing, adding and removing one takes
 * constant time, whatever their number.
 *
 * A fork shares every chunk with its origin, which must not be edited any more, and copies only the chunks that it
 * changes. Records are replaced and never edited, so a list that was read before stays as it was.
 */
export class EndpointTable {
  #chunks: EndpointChunk[] = [];
  #places: Places;
  #changes: number;
  /** The index after the last record. */
  #end = 0;
  #length = 0;
  #aside = 0;
  #connections = 0;
  #list: readonly EndpointRecord[] | undefined = [];

  constructor(places: Places = { of: new Map(), changes: 0 }) {
    this.#places = places;
    this.#changes = places.changes;
  }

  static of(records: Iterable<EndpointRecord>): EndpointTable {
    const table = new EndpointTable();
    for (const record of records) table.add({ ...record });
    return table;
  }

  /** A table with the same content. Editing the fork does not change this one. */
  fork(): EndpointTable {
    const fork = new EndpointTable(this.#places);
    fork.#chunks = this.#chunks.slice();
    fork.#changes = this.#changes;
    fork.#end = this.#end;
    fork.#length = this.#length;
    fork.#aside = this.#aside;
    fork.#connections = this.#connections;
    fork.#list = this.#list;
    return fork;
  }

  get length(): number {
    return this.#length;
  }

  /** How many endpoints are set aside. */
  get aside(): number {
    return this.#aside;
  }

  /** The number of connections to all endpoints together. */
  get connections(): number {
    return this.#connections;
  }

  get(id: string): EndpointRecord | undefined {
    const place = this.#placesNow().of.get(id);
    return place === undefined ? undefined : this.#chunks[Math.floor(place / WIDTH)]?.records[place % WIDTH];
  }

  /** The endpoints in the order in which they were listed. Returns the same array until one of them changes. */
  list(): readonly EndpointRecord[] {
    if (this.#list !== undefined) return this.#list;
    const list: EndpointRecord[] = [];
    for (const { records } of this.#chunks) for (const record of records) if (record !== undefined) list.push(record);
    this.#list = list;
    return list;
  }

  /** Adds an endpoint at the end; does nothing if its id is listed already. */
  add(record: EndpointRecord): void {
    if (this.get(record.id) !== undefined) return;
    this.#placesToEdit().of.set(record.id, this.#end);
    this.#put(this.#end++, record);
    this.#count(record, 1);
  }

  remove(id: string): void {
    const record = this.get(id);
    if (record === undefined) return;
    const { of } = this.#placesToEdit();
    this.#put(of.get(id) ?? 0, undefined);
    of.delete(id);
    this.#count(record, -1);
    // Compacts only when more than half of the places are holes, so that a removal takes constant time on average.
    if (this.#end > 2 * this.#length + WIDTH) this.#compact();
  }

  change(id: string, change: (endpoint: Draft<EndpointRecord>) => void): void {
    const record = this.get(id);
    if (record === undefined) return;
    const own = { ...record };
    change(own);
    this.#put(this.#placesNow().of.get(id) ?? 0, own);
    this.#count(record, -1);
    this.#count(own, 1);
  }

  #put(place: number, record: EndpointRecord | undefined): void {
    const index = Math.floor(place / WIDTH);
    const chunk = this.#chunks[index];
    const own = chunk?.owner === this ? chunk : { owner: this, records: chunk?.records.slice() ?? [] };
    this.#chunks[index] = own;
    own.records[place % WIDTH] = record;
    this.#list = undefined;
  }

  #count({ connections, setAsideUntil }: EndpointRecord, by: 1 | -1): void {
    this.#length += by;
    this.#connections += by * connections;
    if (setAsideUntil > 0) this.#aside += by;
  }

  /** Rewrites the chunks without holes. */
  #compact(): void {
    const { of } = this.#placesToEdit();
    const list = this.list();
    this.#chunks = [];
    this.#end = 0;
    for (const record of list) {
      of.set(record.id, this.#end);
      this.#put(this.#end++, record);
    }
    this.#list = list;
  }

  #placesToEdit(): Places {
    const places = this.#placesNow();
    this.#changes = ++places.changes;
    return places;
  }

  /**
   * The map for this table's content; rebuilt as its own where another table has changed the shared one, since several
   * tables may be forked from one.
   */
  #placesNow(): Places {
    if (this.#places.changes === this.#changes) return this.#places;
    const of = new Map<string, number>();
    this.#chunks.forEach(({ records }, index) => {
      records.forEach((record, at) => record && of.set(record.id, index * WIDTH + at));
    });
    this.#places = { of, changes: this.#changes };
    return this.#places;
  }
}
