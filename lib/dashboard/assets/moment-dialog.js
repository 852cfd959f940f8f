/** @import { Model } from './model.js' */
import { byId, setText } from './dom.js';

/** Where somebody says the moment that they want to see. */
export class MomentDialog {
  #model;
  #onChoose;
  #dialog = /** @type {HTMLDialogElement} */ (byId('go'));
  #input = /** @type {HTMLInputElement} */ (byId('moment'));

  /** @param {Model} model @param {(at: number) => void} onChoose */
  constructor(model, onChoose) {
    this.#model = model;
    this.#onChoose = onChoose;
    byId('go-form').addEventListener('submit', (event) => this.#submit(event));
    byId('go-open').addEventListener('click', () => this.open());
  }

  open() {
    setText(byId('go-error'), '');
    this.#dialog.showModal();
    this.#input.select();
  }

  /** @param {Event} event */
  #submit(event) {
    const { told, now } = this.#model;
    const time = timeOf(this.#input.value.trim(), told.timeOrigin + now);
    if (time === undefined) {
      event.preventDefault();
      setText(byId('go-error'), 'Write a time of day, 14:05:09, or how long ago: 90 s, 5 min.');
    } else this.#onChoose(time - told.timeOrigin);
  }
}

/** What is meant by a text, in milliseconds of the wall clock; a time of day that is still to come was yesterday. @param {string} text @param {number} now */
function timeOf(text, now) {
  const ago = /^-?\s*(\d+(?:\.\d+)?)\s*(s|min)(?: ago)?$/.exec(text);
  if (ago) return now - Number(ago[1]) * (ago[2] === 's' ? 1000 : 60_000);
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(text);
  if (!time) return undefined;
  const seconds = Number(time[3] ?? 0);
  const day = new Date(now);
  day.setHours(Number(time[1]), Number(time[2]), Math.floor(seconds), Math.round(1000 * (seconds % 1)));
  return day.getTime() > now ? day.getTime() - 86_400_000 : day.getTime();
}
