/** @import { PoolEvent } from '../../events/pool-event.ts' */
/** @import { Model } from './model.js' */
/** @import { Kind } from './event-text.js' */
import { byId, element, fillRows, setText } from './dom.js';
import { detailOf, isBad, kindOf, kinds } from './event-text.js';
import { formatClock, formatCount } from './format.js';

const MOST_ROWS = 200;
/** Nobody reads faster. */
const REDRAW_MS = 250;

/** The newest events, those that the filters let through. */
export class EventList {
  #model;
  #list = byId('events');
  #hold = byId('hold');
  #filter = /** @type {HTMLInputElement} */ (byId('filter'));
  /** Kinds that are not shown. @type {Set<Kind>} */
  #hidden = new Set();
  #drawnAt = 0;
  /** @type {PoolEvent[] | undefined} */
  #held;

  /** @param {Model} model @param {(version: number) => void} onChoose */
  constructor(model, onChoose) {
    this.#model = model;
    for (const kind of /** @type {Kind[]} */ (Object.keys(kinds))) byId('chips').append(this.#chip(kind));
    this.#filter.addEventListener('input', () => this.draw());
    this.#hold.addEventListener('click', () => this.#toggle());
    this.#list.addEventListener('click', ({ target }) => {
      const version = /** @type {HTMLElement} */ (target).closest('button')?.dataset['version'];
      if (version !== undefined) onChoose(Number(version));
    });
  }

  /** Draws when it has been long enough. */
  drawSometimes() {
    const isStill = this.#held !== undefined || this.#model.past !== undefined;
    if (!isStill && performance.now() - this.#drawnAt > REDRAW_MS) this.draw();
  }

  draw() {
    this.#drawnAt = performance.now();
    // Most pools have none.
    byId('chip-endpoints').hidden = !this.#model.hasEndpoints;
    const chosen = this.#chosen();
    fillRows(this.#list, chosen, newRow, (row, event) => this.#fill(row, event));
    const { leftOut } = this.#model;
    setText(byId('left-out'), leftOut === 0 ? '' : `${formatCount(leftOut)} left out`);
  }

  #chosen() {
    const words = this.#filter.value.trim().toLowerCase();
    const events = this.#held ?? this.#model.events;
    /** @type {PoolEvent[]} */
    const chosen = [];
    for (let i = events.length - 1; i >= 0 && chosen.length < MOST_ROWS; i--) {
      const event = /** @type {PoolEvent} */ (events[i]);
      if (this.#hidden.has(kindOf(event))) continue;
      if (words === '' || `${event.type} ${detailOf(event)} ${event.version}`.toLowerCase().includes(words))
        chosen.push(event);
    }
    return chosen;
  }

  /** @param {HTMLElement} row @param {PoolEvent} event */
  #fill(row, event) {
    const button = /** @type {HTMLElement} */ (row.firstElementChild);
    const isCurrent = this.#model.past?.version === event.version;
    button.setAttribute('aria-current', String(isCurrent));
    if (button.dataset['version'] === String(event.version)) return;
    button.dataset['version'] = String(event.version);
    button.classList.toggle('bad', isBad(event));
    const [time, type, detail] = [...button.children];
    if (!time || !type || !detail) return;
    setText(time, formatClock(this.#model.timeOrigin + event.at));
    setText(type, event.type);
    setText(detail, detailOf(event));
  }

  #toggle() {
    this.#held = this.#held === undefined ? [...this.#model.events] : undefined;
    this.#hold.setAttribute('aria-pressed', String(this.#held !== undefined));
    this.draw();
  }

  /** @param {Kind} kind */
  #chip(kind) {
    const chip = element('button', 'chip', kind);
    chip.type = 'button';
    chip.id = `chip-${kind}`;
    chip.setAttribute('aria-pressed', 'true');
    chip.addEventListener('click', () => {
      if (!this.#hidden.delete(kind)) this.#hidden.add(kind);
      chip.setAttribute('aria-pressed', String(!this.#hidden.has(kind)));
      this.draw();
    });
    return chip;
  }
}

function newRow() {
  const row = element('li');
  const button = element('button', 'row event');
  button.type = 'button';
  button.title = 'Show the pool as it was then';
  button.append(element('span', 'time'), element('span', 'type'), element('span', 'detail'));
  row.append(button);
  return row;
}
