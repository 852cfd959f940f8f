/** @import { Cell, Frame, Gauges, HistoryPoint, PoolSummary, ViewSnapshot } from '../protocol.ts' */
/** @import { Picture } from '../shared/picture.ts' */
import { pictureAfter, pictureOf } from '../shared/picture.js';

/** @typedef {Omit<Picture, 'gauges'> & { readonly gauges: Gauges | undefined }} Told */

/** Before the first word of any pool. @type {Told} */
const nothing = {
  pool: 0,
  name: '',
  version: 0,
  at: 0,
  timeOrigin: 0,
  gauges: undefined,
  cells: new Map(),
  waiters: [],
  hasEndpoints: false,
  windows: [],
  fresh: 0,
  events: [],
  leftOut: 0,
  isSampled: false,
  hasHistory: false,
  history: undefined,
};

/** What is known of the pool now, and of the moment in the past that is looked at. */
export class Model {
  /** @type {readonly PoolSummary[]} */
  pools = [];
  /** @type {HistoryPoint | undefined} */
  past;
  /** @type {Map<number, Cell>} */
  #pastCells = new Map();
  /** @type {Picture | undefined} */
  #picture;
  /** When the picture was told, on the clock of this page. */
  #toldAt = 0;

  /** @param {ViewSnapshot} snapshot */
  begin(snapshot) {
    this.#take(pictureOf(snapshot));
  }

  /** @param {Frame} frame */
  apply(frame) {
    if (this.#picture !== undefined) this.#take(pictureAfter(this.#picture, frame));
  }

  /** @param {HistoryPoint | undefined} point */
  travel(point) {
    this.past = point;
    this.#pastCells = new Map(point?.cells.map((cell) => [cell[0], cell]));
  }

  /** The pool as it was told last. @returns {Told} */
  get told() {
    return this.#picture ?? nothing;
  }

  /** What is to be shown: the past while that is looked at. */
  get shown() {
    const { past } = this;
    if (past !== undefined) return { ...past, cells: this.#pastCells };
    const { pool, version, gauges, cells, waiters } = this.told;
    return { pool, version, gauges, cells, waiters, at: this.now };
  }

  /** The pool's clock as far as it is known here. */
  get now() {
    return this.told.at + (performance.now() - this.#toldAt);
  }

  /** @param {Picture} picture */
  #take(picture) {
    this.#picture = picture;
    this.#toldAt = performance.now();
  }
}
