/** @import { Cell, Frame, Gauges, HistoryPoint, PoolSummary, Second, ViewSnapshot } from '../protocol.ts' */
/** @import { Picture } from '../shared/picture.ts' */
import { lastWindow, pictureAfter, pictureOf } from '../shared/picture.js';

/** An hour. */
const MOST_SECONDS = 3600;
const MINUTE = 60;

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
  endpoints: [],
  hasEndpoints: false,
  windows: [],
  fresh: 0,
  events: [],
  leftOut: 0,
  isSampled: false,
  troubles: [],
  hasHistory: false,
  history: undefined,
};

/** What is known of the pool now, and of the moment in the past that is looked at. */
export class Model {
  /** @type {readonly PoolSummary[]} */
  pools = [];
  /** @type {HistoryPoint | undefined} */
  past;
  /** Whether the server answers no more: what was told last is shown, and no clock goes on. */
  isLost = false;
  /** What the pool did in the last hour, the newest last. @type {readonly Second[]} */
  seconds = [];
  /** @type {Map<number, Cell>} */
  #pastCells = new Map();
  /** @type {Picture | undefined} */
  #picture;
  /** When the picture was told, on the clock of this page. */
  #toldAt = 0;

  /** @param {ViewSnapshot} snapshot */
  begin(snapshot) {
    if (snapshot.pool !== this.told.pool || snapshot.timeOrigin !== this.told.timeOrigin) this.seconds = [];
    this.#take(pictureOf(snapshot));
    this.addSeconds(secondsOf(snapshot.windows));
  }

  /** @param {Frame} frame */
  apply(frame) {
    if (this.#picture === undefined) return;
    this.#take(pictureAfter(this.#picture, frame));
    this.addSeconds(secondsOf(frame.windows));
  }

  /** Adds those that are not known yet, whichever came first. @param {readonly Second[]} seconds */
  addSeconds(seconds) {
    if (seconds.length === 0) return;
    const byTime = new Map([...this.seconds, ...seconds].map((second) => [second.at, second]));
    this.seconds = [...byTime.values()].sort((one, other) => one.at - other.at).slice(-MOST_SECONDS);
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
    const { pool, version, gauges, cells, waiters, endpoints } = this.told;
    return { pool, version, gauges, cells, waiters, endpoints, at: this.now };
  }

  /** The seconds of the last minute before the moment that is shown. */
  get lastMinute() {
    const { past, seconds } = this;
    const end = past === undefined ? seconds.length : seconds.findLastIndex(({ at }) => at <= past.at + 1000) + 1;
    return seconds.slice(Math.max(0, end - MINUTE), end);
  }

  /** The second that figures are of: the last one, or that of the moment that is looked at. */
  get second() {
    const { past, seconds, told } = this;
    if (past === undefined) return lastWindow(told)?.second;
    return seconds.find(({ at }) => at >= past.at) ?? seconds.at(-1);
  }

  /** The pool's clock as far as it is known here. */
  get now() {
    return this.told.at + (this.isLost ? 0 : performance.now() - this.#toldAt);
  }

  /** @param {Picture} picture */
  #take(picture) {
    this.#picture = picture;
    this.#toldAt = performance.now();
  }
}

/** @param {ViewSnapshot['windows']} windows */
function secondsOf(windows) {
  return windows.flatMap(({ second }) => (second === undefined ? [] : [second]));
}
