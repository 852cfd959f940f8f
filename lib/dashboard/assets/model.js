/** @import { Cell, Frame, Gauges, HistoryPoint, HistoryRange, PoolSummary, ViewSnapshot, View, WindowPoint } from '../protocol.ts' */
/** @import { PoolEvent } from '../../events/pool-event.ts' */

const MOST_EVENTS = 2000;
const MOST_WINDOWS = 180;

/** What is known of the pool now, and of the moment in the past that is looked at. */
export class Model {
  name = '';
  pool = 0;
  /** @type {readonly PoolSummary[]} */
  pools = [];
  timeOrigin = 0;
  hasHistory = false;
  hasEndpoints = false;
  at = 0;
  /** When `at` was told, on the clock of this page. */
  toldAt = 0;
  version = 0;
  /** @type {Gauges | undefined} */
  gauges;
  /** By slot. @type {Map<number, Cell>} */
  cells = new Map();
  /** @type {View['waiters']} */
  waiters = [];
  /** @type {WindowPoint[]} */
  windows = [];
  /** The newest last. @type {PoolEvent[]} */
  events = [];
  leftOut = 0;
  /** @type {HistoryRange | undefined} */
  range;
  /** @type {HistoryPoint | undefined} */
  past;
  /** @type {Map<number, Cell>} */
  #pastCells = new Map();

  /** @param {ViewSnapshot} snapshot */
  begin(snapshot) {
    this.name = snapshot.name;
    this.pool = snapshot.pool;
    this.timeOrigin = snapshot.timeOrigin;
    this.hasHistory = snapshot.hasHistory;
    this.hasEndpoints = snapshot.endpoints.length > 0;
    this.cells = new Map(snapshot.cells.map((cell) => [cell[0], cell]));
    this.windows = [...snapshot.windows];
    this.events = [...snapshot.events.list];
    this.leftOut = 0;
    this.range = snapshot.history;
    this.#take(snapshot);
  }

  /** @param {Frame} frame */
  apply(frame) {
    for (const slot of frame.emptied) this.cells.delete(slot);
    for (const cell of frame.cells) this.cells.set(cell[0], cell);
    this.windows = [...this.windows, ...frame.windows].slice(-MOST_WINDOWS);
    this.events.push(...frame.events.list);
    if (this.events.length > MOST_EVENTS) this.events.splice(0, this.events.length - MOST_EVENTS);
    this.leftOut += frame.events.leftOut;
    this.range = frame.history;
    if (frame.endpoints !== undefined) this.hasEndpoints = true;
    this.#take(frame);
  }

  /** @param {HistoryPoint | undefined} point */
  travel(point) {
    this.past = point;
    this.#pastCells = new Map(point?.cells.map((cell) => [cell[0], cell]));
  }

  /** What is to be shown: the past while that is looked at. */
  get shown() {
    const { past } = this;
    if (past !== undefined) return { ...past, cells: this.#pastCells };
    const { pool, version, gauges, cells, waiters } = this;
    return { pool, version, gauges, cells, waiters, at: this.now };
  }

  /** The pool's clock as far as it is known here. */
  get now() {
    return this.at + (performance.now() - this.toldAt);
  }

  /** @param {View} view */
  #take({ version, at, gauges, waiters }) {
    this.version = version;
    this.at = at;
    this.toldAt = performance.now();
    this.gauges = gauges;
    this.waiters = waiters;
  }
}
