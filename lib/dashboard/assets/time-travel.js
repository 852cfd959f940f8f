/** @import { HistoryPoint } from '../protocol.ts' */
/** @import { Model } from './model.js' */
/** @import { Moment } from './stream.js' */
import { wordsOf } from '../shared/event-words.js';
import { formatCount, formatMs } from '../shared/format.js';
import { byId, setText } from './dom.js';
import { askPast } from './stream.js';
import { TimeStrip } from './time-strip.js';
import { formatWallClock } from './wall-clock.js';

/** How far the keys move the slider, in milliseconds. @type {Readonly<Record<string, number>>} */
const moves = {
  ArrowLeft: -1000,
  ArrowDown: -1000,
  ArrowRight: 1000,
  ArrowUp: 1000,
  PageDown: -60_000,
  PageUp: 60_000,
};

/** The slider over the time that is recorded, and the keys that go with it. */
export class TimeTravel {
  #model;
  #onTravel;
  #slider = /** @type {HTMLInputElement} */ (byId('slider'));
  #live = /** @type {HTMLButtonElement} */ (byId('live'));
  #strip = new TimeStrip();
  /** What was asked for last; only one question is under way. @type {Moment | undefined} */
  #wanted;
  #isAsking = false;

  /** @param {Model} model @param {() => void} onTravel */
  constructor(model, onTravel) {
    this.#model = model;
    this.#onTravel = onTravel;
    this.#slider.addEventListener('input', () => this.to({ at: Number(this.#slider.value) }));
    this.#slider.addEventListener('keydown', (event) => this.#move(event));
    byId('back').addEventListener('click', () => this.step(-1));
    byId('forward').addEventListener('click', () => this.step(1));
    this.#live.addEventListener('click', () => this.live());
  }

  /** To a moment; the newest one that is asked for is the one that is shown. @param {Moment} moment */
  to(moment) {
    this.#wanted = 'at' in moment ? { at: Math.max(0, Math.ceil(moment.at)) } : moment;
    if (!this.#isAsking) void this.#ask();
  }

  /** By versions; where not every one is kept, to the next moment that is. @param {1 | -1} by */
  step(by) {
    const { past, told } = this.#model;
    // Before anything is told there is nothing to go back from.
    if (told.pool === 0 || (past === undefined && by > 0)) return;
    const asked = this.#wanted !== undefined && 'version' in this.#wanted ? this.#wanted.version : undefined;
    const from = asked ?? past?.version ?? told.version;
    if (past !== undefined && from + by > past.range.to) this.live();
    else this.to(by > 0 ? { after: from } : { version: Math.max(0, from - 1) });
  }

  live() {
    this.#wanted = undefined;
    if (this.#model.past === undefined) return;
    this.#model.travel(undefined);
    this.#onTravel();
  }

  show() {
    const { past, told, now, seconds } = this.#model;
    const { hasHistory, history, timeOrigin } = told;
    const kept = past?.range ?? history;
    document.body.classList.toggle('past', past !== undefined);
    this.#live.disabled = past === undefined;
    this.#slider.disabled = !hasHistory || kept === undefined;
    const [from, to] = [Math.floor(kept?.fromAt ?? now), Math.ceil(now)];
    this.#slider.min = String(from);
    this.#slider.max = String(to);
    if (this.#wanted === undefined) this.#slider.value = String(Math.ceil(past?.at ?? to));
    const text = past === undefined ? liveText(told, now) : pastText(past, timeOrigin, now);
    setText(byId('when'), text);
    this.#slider.setAttribute('aria-valuetext', text);
    this.#strip.show(seconds, from, to);
  }

  async #ask() {
    this.#isAsking = true;
    while (this.#wanted !== undefined) {
      const wanted = this.#wanted;
      const point = await askPast(this.#model.told.pool, wanted).catch(() => undefined);
      // Back in the present, or somewhere else by now.
      if (this.#wanted !== wanted) continue;
      this.#wanted = undefined;
      if (point?.pool !== this.#model.told.pool) break;
      this.#model.travel(point);
      this.#onTravel();
    }
    this.#isAsking = false;
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const by = moves[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = Number(this.#slider.value) + by;
    if (to >= Number(this.#slider.max)) this.live();
    else {
      this.#slider.value = String(to);
      this.to({ at: Number(this.#slider.value) });
    }
  }
}

/** @param {Model['told']} told @param {number} now */
function liveText({ hasHistory, version, history }, now) {
  const past = history === undefined || !hasHistory ? '' : `, the last ${formatMs(now - history.fromAt)} recorded`;
  return `Version ${formatCount(version)}${past}`;
}

/** @param {HistoryPoint} past @param {number} timeOrigin @param {number} now */
function pastText({ version, at, event }, timeOrigin, now) {
  const what = event === null ? 'as it was in that second' : `${event.type} ${wordsOf(event)}`;
  return `Version ${formatCount(version)}, ${formatWallClock(timeOrigin + at)}, ${formatMs(now - at)} ago: ${what}`;
}
