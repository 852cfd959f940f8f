/** @import { Cell } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { cellKinds, countKinds, kindOfCell } from '../shared/cells.js';
import { formatCount, formatMs } from '../shared/format.js';
import { paintCell, palette } from './cell-paint.js';
import { Cells } from './cells.js';
import { byId, element, setText } from './dom.js';

const SWATCH = 11;

/** The connections, their legend with the counts, and the ways to choose one: by mouse and by keyboard. */
export class Board {
  #cells = new Cells();
  #model;
  #onChoose;
  #box = byId('cells');
  #cursor = byId('cursor');
  #counts = new Map(cellKinds.map((kind) => [kind, element('b', '', '0')]));
  #swatches = new Map(cellKinds.map((kind) => [kind, element('canvas', 'swatch')]));

  /** @param {Model} model @param {(connection: number) => void} onChoose */
  constructor(model, onChoose) {
    this.#model = model;
    this.#onChoose = onChoose;
    for (const kind of cellKinds) {
      const item = element('li');
      item.dataset['kind'] = kind;
      const [swatch, count] = [this.#swatches.get(kind), this.#counts.get(kind)];
      if (swatch && count) item.append(swatch, ` ${kind} `, count);
      // Few pools have them, and there is not much room.
      item.hidden = kind === 'pinned';
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
    // Where there is nothing to see it takes no room.
    this.#box.hidden = cells.size === 0;
    this.#cells.show({ cells, at, maxLeases: gauges?.maxLeasesPerConnection ?? 1 });
    const [least, most] = shadeWords(this.#cells.shadeBy, gauges?.maxLeasesPerConnection ?? 1);
    setText(byId('shade-least'), least);
    setText(byId('shade-most'), most);
    const counts = countKinds([...cells.values()].map(kindOfCell));
    for (const [kind, output] of this.#counts) {
      setText(output, formatCount(counts[kind]));
      const item = output.parentElement;
      if (item === null) continue;
      item.classList.toggle('none', counts[kind] === 0);
      if (counts[kind] > 0) item.hidden = false;
    }
    if (document.activeElement === this.#box) this.#tell();
  }

  repaint() {
    this.#cells.repaint();
    this.#drawSwatches();
  }

  #drawSwatches() {
    const colours = palette();
    for (const [kind, canvas] of this.#swatches) {
      canvas.width = canvas.height = Math.round(SWATCH * devicePixelRatio);
      const context = canvas.getContext('2d');
      context?.scale(devicePixelRatio, devicePixelRatio);
      if (context)
        paintCell(
          context,
          colours,
          { x: 0, y: 0, size: SWATCH },
          { kind, shade: 0.7, leased: false, pinned: kind === 'pinned' },
        );
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

/**
 * What the lightest and the darkest of the cells are.
 * @param {'load' | 'age'} by @param {number} maxLeases @returns {readonly [least: string, most: string]}
 */
function shadeWords(by, maxLeases) {
  if (by === 'age') return ['young', 'old'];
  return maxLeases > 1 ? ['no lease', `${maxLeases} leases`] : ['few requests', 'many'];
}

/** @param {Cell} cell */
function nameOf([, id, status, mark, leases, requestCount, , , , endpoint]) {
  const state = mark === '' ? status : `${status}, ${mark}`;
  const place = endpoint === undefined ? '' : ` to ${endpoint}`;
  return `Connection ${id}${place}, ${state}, ${leases} ${leases === 1 ? 'lease' : 'leases'}, ${formatCount(requestCount)} ${requestCount === 1 ? 'request' : 'requests'}`;
}
