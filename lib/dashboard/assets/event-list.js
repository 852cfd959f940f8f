/** @import { PoolEvent } from '../../events/pool-event.ts' */
/** @import { Model } from './model.js' */
/** @import { Kind } from './event-kinds.js' */
import { isBad, wordsOf } from '../shared/event-words.js';
import { formatCount } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';
import { kindOf, kinds } from './event-kinds.js';
import { oneTabStop } from './one-tab-stop.js';
import { formatWallClock } from './wall-clock.js';

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
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #later;
  /** @type {readonly PoolEvent[] | undefined} */
  #held;

  /** @param {Model} model @param {(version: number) => void} onChoose */
  constructor(model, onChoose) {
    this.#model = model;
    for (const kind of kinds) byId('chips').append(this.#chip(kind));
    this.#filter.addEventListener('input', () => this.draw());
    this.#hold.addEventListener('click', () => this.#toggle());
    oneTabStop(this.#list);
    this.#list.addEventListener('click', ({ target }) => {
      const version = /** @type {HTMLElement} */ (target).closest('button')?.dataset['version'];
      if (version !== undefined) onChoose(Number(version));
    });
  }

  /** Draws when it has been long enough, and otherwise as soon as it is: nothing may come after the last event. */
  drawSometimes() {
    if (this.#isStill || this.#later !== undefined) return;
    const early = REDRAW_MS - (performance.now() - this.#drawnAt);
    if (early <= 0) this.draw();
    else
      this.#later = setTimeout(() => {
        this.#later = undefined;
        if (!this.#isStill) this.draw();
      }, early);
  }

  draw() {
    this.#drawnAt = performance.now();
    // Most pools have none.
    byId('chip-endpoints').hidden = !this.#model.told.hasEndpoints;
    const chosen = this.#chosen();
    fillRows(this.#list, chosen, newRow, (row, event) => this.#fill(row, event));
    const { leftOut, isSampled } = this.#model.told;
    const howMany = leftOut === 0 ? '' : `${formatCount(leftOut)} left out`;
    setText(byId('left-out'), isSampled ? `a sample: more than 20 000 checkouts a second, ${howMany}` : howMany);
  }

  /** Whether somebody reads what is there. */
  get #isStill() {
    return this.#held !== undefined || this.#model.past !== undefined;
  }

  #chosen() {
    const words = this.#filter.value.trim().toLowerCase();
    const events = this.#model.past === undefined ? (this.#held ?? this.#model.told.events) : this.#eventsThen();
    /** @type {PoolEvent[]} */
    const chosen = [];
    for (let i = events.length - 1; i >= 0 && chosen.length < MOST_ROWS; i--) {
      const event = /** @type {PoolEvent} */ (events[i]);
      if (this.#hidden.has(kindOf(event))) continue;
      if (words === '' || `${event.type} ${wordsOf(event)} ${event.version}`.toLowerCase().includes(words))
        chosen.push(event);
    }
    return chosen;
  }

  /** Those up to the moment that is looked at, as far as they are known here or were told with it. */
  #eventsThen() {
    const { past, told } = this.#model;
    const version = past?.version ?? 0;
    const known = [...told.events, ...(past?.events.list ?? [])].filter((event) => event.version <= version);
    const byVersion = new Map(known.map((event) => [event.version, event]));
    return [...byVersion.values()].sort((one, other) => one.version - other.version);
  }

  /** @param {HTMLElement} row @param {PoolEvent} event */
  #fill(row, event) {
    const button = /** @type {HTMLElement} */ (row.firstElementChild);
    const isCurrent = this.#model.past?.version === event.version;
    button.setAttribute('aria-current', String(isCurrent));
    if (button.dataset['version'] === String(event.version)) return;
    button.dataset['version'] = String(event.version);
    button.classList.toggle('bad', isBad(event));
    const [time, type, detail] = /** @type {HTMLElement[]} */ ([...button.children]);
    if (!time || !type || !detail) return;
    setText(time, formatWallClock(this.#model.told.timeOrigin + event.at));
    setText(type, event.type);
    setText(detail, wordsOf(event));
    // There may be no room for all of it.
    detail.title = wordsOf(event);
  }

  #toggle() {
    this.#held = this.#held === undefined ? this.#model.told.events : undefined;
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
  button.tabIndex = -1;
  button.title = 'Show the pool as it was then';
  button.append(element('span', 'time'), element('span', 'type'), element('span', 'detail'));
  row.append(button);
  return row;
}
