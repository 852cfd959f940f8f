/** @import { Cell } from '../protocol.ts' */
/** @import { CellKind } from '../shared/cells.ts' */
import { kindOfCell } from '../shared/cells.js';
import { paintCell, palette, readable } from './cell-paint.js';
import { byId } from './dom.js';

const LARGEST = 46;
const SMALLEST = 8;
/** From this size on there is room for the number. */
const NUMBERED = 26;
const SHADES = 12;

/**
 * The connections, one square each at the place of its slot, on a canvas: a thousand elements would be laid out ten times
 * a second. A cell is painted again only where it looks different.
 */
export class Cells {
  /** @type {'load' | 'age'} */
  shadeBy = 'load';
  /** @type {number | undefined} */
  selected;
  /** The slot that the keyboard is at. @type {number | undefined} */
  cursor;
  #canvas = /** @type {HTMLCanvasElement} */ (byId('canvas'));
  #box = byId('cells');
  #context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext('2d'));
  #colours = palette();
  /** What each slot looks like now. @type {string[]} */
  #painted = [];
  /** @type {ReadonlyMap<number, Cell>} */
  #cells = new Map();
  #slots = 0;
  #columns = 1;
  #pitch = LARGEST;
  #width = 0;
  #height = 0;

  constructor() {
    new ResizeObserver(() => {
      this.#layOut();
      this.#paint();
    }).observe(this.#box);
  }

  get columns() {
    return this.#columns;
  }

  /** The cell where something was clicked. @param {MouseEvent} event */
  at({ offsetX, offsetY }) {
    const column = Math.floor(offsetX / this.#pitch);
    if (column < 0 || column >= this.#columns) return undefined;
    return this.#cells.get(Math.floor(offsetY / this.#pitch) * this.#columns + column);
  }

  /** @param {{ cells: ReadonlyMap<number, Cell>, at: number, maxLeases: number }} shown */
  show(shown) {
    this.#cells = shown.cells;
    this.#shown = shown;
    const slots = Math.max(0, ...shown.cells.keys()) + 1;
    if (slots !== this.#slots) {
      this.#slots = slots;
      this.#layOut();
    }
    this.#paint();
  }

  /** The theme is another one. */
  repaint() {
    this.#colours = palette();
    this.#painted = [];
    this.#context.clearRect(0, 0, this.#width, this.#height);
    this.#paint();
  }

  /** @type {{ at: number, maxLeases: number }} */
  #shown = { at: 0, maxLeases: 1 };

  #layOut() {
    const { clientWidth: width } = this.#box;
    if (width === 0) return;
    const room = Number.parseFloat(getComputedStyle(this.#box).maxHeight);
    this.#pitch = pitchFor(this.#slots, width, Number.isNaN(room) ? Infinity : room);
    this.#columns = Math.max(1, Math.floor(width / this.#pitch));
    this.#width = width;
    this.#height = Math.max(1, Math.ceil(this.#slots / this.#columns)) * this.#pitch;
    const ratio = devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(this.#height * ratio);
    this.#canvas.style.height = `${this.#height}px`;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#painted = [];
  }

  #paint() {
    const shadeOf = this.#shades();
    for (let slot = 0; slot < this.#slots; slot++) {
      const cell = this.#cells.get(slot);
      const key = cell === undefined ? '' : this.#keyOf(cell, shadeOf(cell));
      if (key !== (this.#painted[slot] ?? '')) this.#paintSlot(slot, cell, cell === undefined ? 0 : shadeOf(cell));
      this.#painted[slot] = key;
    }
  }

  /** @param {Cell} cell @param {number} shade */
  #keyOf(cell, shade) {
    const ring = cell[1] === this.selected ? 's' : cell[0] === this.cursor ? 'c' : '';
    return `${kindOfCell(cell)} ${cell[3]} ${shade} ${cell[4] > 0} ${cell[1]} ${ring}`;
  }

  /** @param {number} slot @param {Cell | undefined} cell @param {number} shade */
  #paintSlot(slot, cell, shade) {
    const [pitch, context] = [this.#pitch, this.#context];
    const x = (slot % this.#columns) * pitch;
    const y = Math.floor(slot / this.#columns) * pitch;
    context.clearRect(x, y, pitch, pitch);
    if (cell === undefined) return;
    const gap = pitch >= 14 ? 3 : 2;
    const size = pitch - gap;
    const place = { x: x + 1, y: y + 1, size };
    const kind = kindOfCell(cell);
    paintCell(context, this.#colours, place, {
      kind,
      shade: shade / SHADES,
      leased: cell[4] > 0,
      pinned: cell[3] === 'pinned',
    });
    if (pitch >= NUMBERED && isNumbered(kind)) this.#number(cell, place, kind, shade);
    const isSelected = cell[1] === this.selected;
    if (!isSelected && slot !== this.cursor) return;
    context.strokeStyle = this.#colours.ink;
    context.lineWidth = isSelected ? 2 : 1;
    context.strokeRect(x + 1, y + 1, pitch - 2, pitch - 2);
  }

  /**
   * @param {Cell} cell
   * @param {{ x: number, y: number, size: number }} place
   * @param {CellKind} kind
   * @param {number} shade
   */
  #number([, id], { x, y, size }, kind, shade) {
    const context = this.#context;
    context.font = `${size > 36 ? 12 : id > 999 ? 9 : 10}px system-ui, sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = readable(this.#colours, kind, shade / SHADES);
    context.fillText(String(id), x + size / 2, y + size / 2 + 0.5);
  }

  /** How dark each cell is, in few steps: a cell that hardly changes is not to be painted. */
  #shades() {
    const { at, maxLeases } = this.#shown;
    const values = [...this.#cells.values()];
    if (this.shadeBy === 'age') {
      const oldest = Math.max(1, ...values.map((cell) => at - cell[7]));
      return (/** @type {Cell} */ cell) => Math.round((SHADES * Math.max(0, at - cell[7])) / oldest);
    }
    if (maxLeases > 1) return (/** @type {Cell} */ cell) => Math.round((SHADES * cell[4]) / maxLeases);
    const most = Math.max(1, ...values.map((cell) => cell[5]));
    return (/** @type {Cell} */ cell) => Math.round((SHADES * cell[5]) / most);
  }
}

/** The largest squares with which all of them have room. @param {number} slots @param {number} width @param {number} height */
function pitchFor(slots, width, height) {
  for (let pitch = LARGEST; pitch > SMALLEST; pitch--) {
    if (Math.ceil(slots / Math.max(1, Math.floor(width / pitch))) * pitch <= height)
      return height === Infinity ? freePitch(slots) : pitch;
  }
  return SMALLEST;
}

/** Where the page is as long as it has to be. @param {number} slots */
function freePitch(slots) {
  return slots <= 80 ? 32 : slots <= 300 ? 18 : 11;
}

/** Whether there is room for a number on such a cell, which has no sign of its own in its middle. @param {CellKind} kind */
function isNumbered(kind) {
  return kind === 'idle' || kind === 'active' || kind === 'pinned';
}
