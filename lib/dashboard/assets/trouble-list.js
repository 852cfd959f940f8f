/** @import { Trouble } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { formatCount } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';
import { oneTabStop } from './one-tab-stop.js';
import { formatClock } from './wall-clock.js';

/** What happens because something else has gone wrong. */
const consequences = new Set(['waited in vain', 'checkout refused', 'circuit opened', 'endpoint set aside']);

/** What went wrong, each kind once: causes first, then what came last; as of the moment that is looked at. */
export class TroubleList {
  #list = byId('troubles');
  #panel = byId('trouble');
  /** @type {readonly Trouble[] | undefined} */
  #drawn;

  /** @param {(version: number) => void} onChoose */
  constructor(onChoose) {
    oneTabStop(this.#list);
    this.#list.addEventListener('click', ({ target }) => {
      const version = /** @type {HTMLElement} */ (target).closest('button')?.dataset['version'];
      if (version !== undefined) onChoose(Number(version));
    });
  }

  /** @param {Model} model */
  show({ told, past }) {
    const troubles = past === undefined ? told.troubles : (past.troubles ?? []);
    if (this.#drawn === troubles) return;
    this.#drawn = troubles;
    const { timeOrigin } = told;
    const shown = causesFirst(troubles.toReversed());
    this.#panel.hidden = shown.length === 0;
    const kinds = shown.length === 1 ? 'one kind' : `${formatCount(shown.length)} kinds`;
    setText(byId('trouble-count'), past === undefined ? kinds : `${kinds} by then`);
    fillRows(this.#list, shown, newRow, (row, trouble) => fill(row, trouble, timeOrigin));
  }
}

/** What only follows from other trouble comes after it, however often. @param {readonly Trouble[]} troubles */
function causesFirst(troubles) {
  return [
    ...troubles.filter(({ what }) => !consequences.has(what)),
    ...troubles.filter(({ what }) => consequences.has(what)),
  ];
}

/** @param {HTMLElement} row @param {Trouble} trouble @param {number} timeOrigin */
function fill(row, { what, cause, count, firstAt, lastAt, version }, timeOrigin) {
  const button = /** @type {HTMLElement} */ (row.firstElementChild);
  button.dataset['version'] = String(version);
  const [times, type, detail, when] = [...button.children];
  if (!times || !type || !detail || !when) return;
  setText(times, `${formatCount(count)} ×`);
  setText(type, cause === '' ? what : `${what}:`);
  setText(detail, cause);
  const [first, last] = [firstAt, lastAt].map((at) => formatClock(timeOrigin + at));
  setText(when, first === last ? `at ${last}` : `${first} to ${last}`);
}

function newRow() {
  const row = element('li');
  const button = element('button', 'row trouble-row');
  button.type = 'button';
  button.tabIndex = -1;
  button.title = 'Show the pool as it was the last time';
  button.append(element('span', 'times'), element('span', 'type'), element('span', 'cause'), element('span', 'time'));
  row.append(button);
  return row;
}
