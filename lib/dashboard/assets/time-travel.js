/** @import { HistoryPoint } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { wordsOf } from '../shared/event-words.js';
import { formatCount, formatMs } from '../shared/format.js';
import { byId, setText } from './dom.js';
import { askPast } from './stream.js';
import { formatWallClock } from './wall-clock.js';

/** The slider over what is recorded, and the keys that go with it. */
export class TimeTravel {
  #model;
  #onTravel;
  #slider = /** @type {HTMLInputElement} */ (byId('slider'));
  #live = /** @type {HTMLButtonElement} */ (byId('live'));
  /** The version that was asked for last; only one question is under way. @type {number | undefined} */
  #wanted;
  #isAsking = false;

  /** @param {Model} model @param {() => void} onTravel */
  constructor(model, onTravel) {
    this.#model = model;
    this.#onTravel = onTravel;
    this.#slider.addEventListener('input', () => this.to(Number(this.#slider.value)));
    byId('back').addEventListener('click', () => this.step(-1));
    byId('forward').addEventListener('click', () => this.step(1));
    this.#live.addEventListener('click', () => this.live());
    document.addEventListener('keydown', (event) => this.#key(event));
  }

  /** To a version; the newest one that is asked for is the one that is shown. @param {number} version */
  to(version) {
    this.#wanted = version;
    if (!this.#isAsking) void this.#ask();
  }

  /** @param {number} by */
  step(by) {
    const { past, told } = this.#model;
    if (past === undefined && by > 0) return;
    const from = this.#wanted ?? past?.version ?? told.version;
    if (past !== undefined && from + by > past.range.to) this.live();
    else this.to(from + by);
  }

  live() {
    this.#wanted = undefined;
    if (this.#model.past === undefined) return;
    this.#model.travel(undefined);
    this.#onTravel();
  }

  show() {
    const { past, told, now } = this.#model;
    const { hasHistory, history, timeOrigin } = told;
    const shown = past?.range ?? history;
    document.body.classList.toggle('past', past !== undefined);
    this.#live.disabled = past === undefined;
    this.#slider.disabled = !hasHistory || shown === undefined;
    if (shown !== undefined) {
      this.#slider.min = String(shown.from);
      this.#slider.max = String(shown.to);
      if (this.#wanted === undefined) this.#slider.value = String(past?.version ?? shown.to);
    }
    const text = past === undefined ? liveText(told) : pastText(past, timeOrigin, now);
    setText(byId('when'), text);
    this.#slider.setAttribute('aria-valuetext', text);
  }

  async #ask() {
    this.#isAsking = true;
    while (this.#wanted !== undefined) {
      const version = this.#wanted;
      const point = await askPast(this.#model.told.pool, Math.max(0, version)).catch(() => undefined);
      // Back in the present, or somewhere else by now.
      if (this.#wanted !== version) continue;
      this.#wanted = undefined;
      if (point?.pool !== this.#model.told.pool) break;
      this.#model.travel(point);
      this.#onTravel();
    }
    this.#isAsking = false;
  }

  /** @param {KeyboardEvent} event */
  #key({ key, target, ctrlKey, metaKey, altKey }) {
    const isTyping = target instanceof HTMLInputElement && (target.type === 'search' || target.type === 'text');
    if (isTyping || ctrlKey || metaKey || altKey) return;
    if (key === '[') this.step(-1);
    else if (key === ']') this.step(1);
    else if (key === 'Escape') this.live();
  }
}

/** @param {Model['told']} told */
function liveText({ hasHistory, version, history }) {
  const past =
    history === undefined || !hasHistory ? '' : `, the last ${formatMs(history.toAt - history.fromAt)} recorded`;
  return `Version ${formatCount(version)}${past}`;
}

/** @param {HistoryPoint} past @param {number} timeOrigin @param {number} now */
function pastText({ version, at, event }, timeOrigin, now) {
  const what = event === null ? 'the first that is kept' : `${event.type} ${wordsOf(event)}`;
  return `Version ${formatCount(version)}, ${formatWallClock(timeOrigin + at)}, ${formatMs(now - at)} ago: ${what}`;
}
