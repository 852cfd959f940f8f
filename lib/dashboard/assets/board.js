/** @import { Cell } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { lookOf, looks, paintCell, palette } from './cell-paint.js';
import { Cells } from './cells.js';
import { byId, element, setText } from './dom.js';
import { formatCount, formatMs } from './format.js';

const SWATCH = 11;

/** The connections, their legend with the counts, and the ways to choose one: by mouse and by keyboard. */
export class Board {
  #cells = new Cells();
  #model;
  #onChoose;
  #box = byId('cells');
  #cursor = byId('cursor');
  #counts = new Map(looks.map((look) => [look, element('b', '', '0')]));
  #swatches = new Map(looks.map((look) => [look, element('canvas', 'swatch')]));

  /** @param {Model} model @param {(connection: number) => void} onChoose */
  constructor(model, onChoose) {
    this.#model = model;
    this.#onChoose = onChoose;
    for (const look of looks) {
      const item = element('li');
      item.dataset['look'] = look;
      const [swatch, count] = [this.#swatches.get(look), this.#counts.get(look)];
      if (swatch && count) item.append(swatch, ` ${look} `, count);
      byId('legend').append(item);
    }
    this.#drawSwatches();
    byId('canvas').addEventListener('click', (event) => {
      const cell = this.#cells.at(event);
      this.#moveTo(cell?.[0]);
      this.#choose(cell);
    });
    byId('canvas').addEventListener('mousemove', (event) => this.#hint(this.#cells.at(event)));
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('focus', () => {
      // Who clicks has a place already.
      if (this.#box.matches(':focus-visible')) this.#moveTo(this.#cells.cursor ?? this.#slots()[0]);
    });
    this.#box.addEventListener('blur', () => this.#moveTo(undefined));
    for (const input of document.querySelectorAll('input[name=shade]')) {
      input.addEventListener('change', ({ target }) => {
        this.#cells.shadeBy = /** @type {HTMLInputElement} */ (target).value === 'age' ? 'age' : 'load';
        this.show();
      });
    }
  }

  /** @param {number | undefined} connection */
  select(connection) {
    this.#cells.selected = connection;
    this.show();
  }

  show() {
    const { cells, at, gauges } = this.#model.shown;
    this.#cells.show({ cells, at, maxLeases: gauges?.maxLeasesPerConnection ?? 1 });
    const counts = new Map(looks.map((look) => [look, 0]));
    for (const cell of cells.values()) counts.set(lookOf(cell), (counts.get(lookOf(cell)) ?? 0) + 1);
    for (const [look, count] of counts) {
      const output = this.#counts.get(look);
      if (output) setText(output, formatCount(count));
      output?.parentElement?.classList.toggle('none', count === 0);
    }
    if (document.activeElement === this.#box) this.#tell();
  }

  repaint() {
    this.#cells.repaint();
    this.#drawSwatches();
  }

  #drawSwatches() {
    const colours = palette();
    for (const [look, canvas] of this.#swatches) {
      canvas.width = canvas.height = Math.round(SWATCH * devicePixelRatio);
      const context = canvas.getContext('2d');
      context?.scale(devicePixelRatio, devicePixelRatio);
      if (context)
        paintCell(context, colours, { x: 0, y: 0, size: SWATCH }, { look, shade: 0.7, leased: false, pinned: false });
    }
  }

  #slots() {
    return [...this.#model.shown.cells.keys()].sort((a, b) => a - b);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const slots = this.#slots();
    const cursor = this.#cells.cursor ?? slots[0] ?? 0;
    if (event.key === 'Enter' || event.key === ' ') this.#choose(this.#model.shown.cells.get(cursor));
    else {
      const to = target(event.key, slots, cursor, this.#cells.columns);
      if (to === undefined) return;
      this.#moveTo(to);
    }
    event.preventDefault();
  }

  /** @param {number | undefined} slot */
  #moveTo(slot) {
    this.#cells.cursor = slot;
    this.show();
    if (slot !== undefined) this.#tell();
  }

  #tell() {
    const { cells } = this.#model.shown;
    const cell = cells.get(this.#cells.cursor ?? -1);
    setText(this.#cursor, cell === undefined ? 'empty' : nameOf(cell));
    this.#cursor.setAttribute('aria-selected', String(cell !== undefined && cell[1] === this.#cells.selected));
    this.#cursor.setAttribute('aria-setsize', String(cells.size));
    this.#box.setAttribute('aria-activedescendant', 'cursor');
  }

  /** @param {Cell | undefined} cell */
  #choose(cell) {
    if (cell !== undefined) this.#onChoose(cell[1]);
  }

  /** @param {Cell | undefined} cell */
  #hint(cell) {
    const title = cell === undefined ? '' : `${nameOf(cell)}, ${formatMs(this.#model.shown.at - cell[7])} old`;
    if (this.#box.title !== title) this.#box.title = title;
  }
}

/** Where a key leads to: the next slot in use, or the nearest one above or below. @param {string} key @param {number[]} slots @param {number} cursor @param {number} columns */
function target(key, slots, cursor, columns) {
  switch (key) {
    case 'ArrowRight':
      return slots.find((slot) => slot > cursor);
    case 'ArrowLeft':
      return slots.findLast((slot) => slot < cursor);
    case 'ArrowDown':
      return slots.find((slot) => slot >= cursor + columns);
    case 'ArrowUp':
      return slots.findLast((slot) => slot <= cursor - columns);
    case 'Home':
      return slots[0];
    case 'End':
      return slots.at(-1);
    default:
      return undefined;
  }
}

/** @param {Cell} cell */
function nameOf([, id, status, mark, leases, requestCount]) {
  const state = mark === '' ? status : `${status}, ${mark}`;
  return `Connection ${id}, ${state}, ${leases} ${leases === 1 ? 'lease' : 'leases'}, ${formatCount(requestCount)} ${requestCount === 1 ? 'request' : 'requests'}`;
}
