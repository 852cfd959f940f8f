/** @import { Model } from './model.js' */
import { formatCount, formatMs } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';
import { oneTabStop } from './one-tab-stop.js';

/** Who waits, in the order in which they will be served. */
export class WaitingLine {
  #list = byId('waiting');
  /** @type {number | undefined} */
  selected;

  /** @param {(waiter: number) => void} onChoose */
  constructor(onChoose) {
    oneTabStop(this.#list);
    this.#list.addEventListener('click', ({ target }) => {
      const waiter = /** @type {HTMLElement} */ (target).closest('button')?.dataset['waiter'];
      if (waiter !== undefined) onChoose(Number(waiter));
    });
  }

  /** @param {Model['shown']} shown */
  show({ waiters, gauges, at }) {
    const waiting = gauges?.waiting ?? 0;
    const rest = waiting - waiters.length;
    setText(
      byId('waiting-count'),
      waiting === 0
        ? 'nobody waits'
        : `${formatCount(waiting)} wait${rest > 0 ? `, the first ${waiters.length} shown` : ''}`,
    );
    fillRows(this.#list, waiters, newRow, (row, { id, key, priority, since }) => {
      const button = /** @type {HTMLElement} */ (row.firstElementChild);
      button.dataset['waiter'] = String(id);
      button.setAttribute('aria-pressed', String(id === this.selected));
      const [name, detail, waited] = [...button.children];
      if (!name || !detail || !waited) return;
      setText(name, `#${id}`);
      setText(detail, [key, priority === 0 ? '' : `priority ${priority}`].filter(Boolean).join(' · '));
      setText(waited, formatMs(Math.max(0, at - since)));
    });
  }
}

function newRow() {
  const row = element('li');
  const button = element('button', 'row waiter');
  button.type = 'button';
  button.tabIndex = -1;
  button.append(element('span', 'type'), element('span', 'detail'), element('span', 'time'));
  row.append(button);
  return row;
}
