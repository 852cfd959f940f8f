/** @import { Model } from './model.js' */
import { formatMs } from '../shared/format.js';
import { byId, setText } from './dom.js';
import { formatClock, formatWallClock } from './wall-clock.js';

/** @typedef {'connecting' | 'live' | 'lost' | 'gone' | 'none'} Link */

/** What is said where there is nothing live to show. */
const texts = {
  connecting: 'connecting',
  gone: 'this pool is gone',
  none: 'there is no pool yet',
};

/** One place that says whether what is shown is of now, of the past, or of a server that answers no more. */
export class ModeBar {
  #bar = byId('link');
  /** @type {Link} */
  #link = 'connecting';
  /** @type {number | undefined} */
  #lostSince;

  /** @param {Link} link @param {Model} model */
  setLink(link, model) {
    const isLost = link === 'lost' || link === 'gone' || (link === 'connecting' && this.#lostSince !== undefined);
    this.#lostSince = isLost ? (this.#lostSince ?? Date.now()) : undefined;
    this.#link = isLost && link === 'connecting' ? 'lost' : link;
    this.#bar.dataset['link'] = this.#link;
    model.isLost = isLost;
    this.show(model);
  }

  /** @param {Model} model */
  show({ past, told, now }) {
    const mode = this.#lostSince !== undefined ? 'lost' : past !== undefined ? 'past' : this.#link;
    document.body.dataset['mode'] = mode;
    setText(byId('mode'), mode === 'lost' || mode === 'past' || mode === 'live' ? mode.toUpperCase() : '');
    setText(byId('link-text'), this.#textOf(past, told.timeOrigin, now));
  }

  /** @param {Model['past']} past @param {number} timeOrigin @param {number} now */
  #textOf(past, timeOrigin, now) {
    if (this.#link === 'lost')
      return `since ${formatClock(this.#lostSince ?? 0)}: the server does not answer, trying again`;
    if (this.#link === 'gone') return `since ${formatClock(this.#lostSince ?? 0)}: ${texts.gone}`;
    if (past !== undefined) return `${formatWallClock(timeOrigin + past.at)}, ${formatMs(now - past.at)} ago`;
    return this.#link === 'live' ? 'as it is now' : texts[this.#link];
  }
}
