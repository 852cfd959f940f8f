/** @import { Model } from './model.js' */
/** @import { PlotName, Second } from './chart-options.js' */
import uPlot from './uplot.js';
import { optionsOf, plots, valuesOf } from './chart-options.js';
import { drawHeat, drawMarker, drawMarks } from './chart-marks.js';
import { byId, element, setText } from './dom.js';
import { formatClock } from './wall-clock.js';

/** Nearer to each other than this, in pixels, press and release are a click and not a drag. */
const CLICK = 4;
/** Who clicks twice does so within this. */
const DOUBLE_CLICK_MS = 250;
const names = /** @type {PlotName[]} */ (Object.keys(plots));

/** What the pool did, second by second, in charts that share their time, their crosshair and the marker of the moment. */
export class Charts {
  #model;
  #onTravel;
  #onZoom;
  /** @type {Map<PlotName, uPlot>} */
  #plots = new Map();
  /** How much is shown while the charts follow the present, in seconds. */
  #span = 180;
  /** What somebody has zoomed into, in seconds of the wall clock. @type {[from: number, to: number] | undefined} */
  #zoom;
  #isLog = true;
  /** What was drawn. @type {readonly unknown[]} */
  #drawn = [];
  /** @type {readonly Second[]} */
  #seconds = [];

  /** @param {Model} model @param {(at: number) => void} onTravel @param {() => void} onZoom */
  constructor(model, onTravel, onZoom) {
    this.#model = model;
    this.#onTravel = onTravel;
    this.#onZoom = onZoom;
    const observer = new ResizeObserver(() => this.#resize());
    for (const name of names) observer.observe(byId(name));
    for (const input of document.querySelectorAll('input[name=span]')) {
      input.addEventListener('click', ({ target }) => {
        this.#span = Number(/** @type {HTMLInputElement} */ (target).value);
        this.zoom = undefined;
      });
    }
    for (const input of document.querySelectorAll('input[name=scale]')) {
      input.addEventListener('change', ({ target }) => {
        this.#isLog = /** @type {HTMLInputElement} */ (target).value === 'log';
        this.rebuild();
      });
    }
    this.rebuild();
  }

  /** The theme is another one, or the scale. */
  rebuild() {
    for (const plot of this.#plots.values()) plot.destroy();
    for (const name of names) {
      drawKey(name);
      const box = byId(name);
      const options = optionsOf(name, sizeOf(box), this.#isLog, () => this.#shownRange());
      options.hooks = {
        draw: [(plot) => this.#drawOver(name, plot)],
        setCursor: [(plot) => this.#tell(name, plot.cursor.idx ?? undefined)],
        setSelect: [(plot) => this.#select(plot)],
        ready: [(plot) => this.#listen(plot)],
      };
      this.#plots.set(name, new uPlot(options, [[]], box));
    }
    this.#drawn = [];
    this.draw();
  }

  /** Draws what is new. */
  draw() {
    const { seconds, past, told } = this.#model;
    const what = [told.pool, seconds.length, seconds.at(-1)?.at, past?.at, this.#zoom, this.#span];
    if (what.every((value, i) => value === this.#drawn[i])) return;
    this.#drawn = what;
    this.#seconds = withGaps(seconds);
    const times = this.#seconds.map(({ at }) => (told.timeOrigin + at) / 1000);
    for (const [name, plot] of this.#plots) {
      plot.setData([times, ...valuesOf(name, this.#isLog).map((valueOf) => this.#seconds.map(valueOf))]);
      this.#tell(name, undefined);
    }
  }

  /** @returns {[from: number, to: number]} */
  #shownRange() {
    if (this.#zoom !== undefined) return this.#zoom;
    const { seconds, told, past } = this.#model;
    const last = (told.timeOrigin + (seconds.at(-1)?.at ?? told.at)) / 1000;
    const moment = past && (told.timeOrigin + past.at) / 1000;
    // A moment that is not of the last minutes is in the middle of what is shown.
    const to = moment !== undefined && moment < last - this.#span ? moment + this.#span / 2 : last;
    const first = (told.timeOrigin + (seconds[0]?.at ?? told.at)) / 1000;
    return [Math.min(Math.max(to - this.#span, first), to - 60), to];
  }

  /** What somebody has zoomed into, in milliseconds of the wall clock; `undefined` while the charts follow. */
  get zoom() {
    return this.#zoom && [1000 * this.#zoom[0], 1000 * this.#zoom[1]];
  }

  /** @param {readonly [from: number, to: number] | undefined} range */
  set zoom(range) {
    this.#zoom = range && [range[0] / 1000, range[1] / 1000];
    byId('zoom').hidden = range === undefined;
    this.draw();
    this.#onZoom();
  }

  /** @param {uPlot} plot */
  #select(plot) {
    const { left, width } = plot.select;
    if (width < CLICK) return;
    const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.zoom = [1000 * from, 1000 * Math.max(to, from + 2)];
  }

  /** @param {uPlot} plot */
  #listen(plot) {
    let pressedAt = 0;
    plot.over.addEventListener('mousedown', ({ clientX }) => {
      pressedAt = clientX;
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let travelling;
    plot.over.addEventListener('click', ({ clientX, offsetX, detail }) => {
      clearTimeout(travelling);
      if (Math.abs(clientX - pressedAt) >= CLICK || detail > 1) return;
      const at = 1000 * plot.posToVal(offsetX, 'x') - this.#model.told.timeOrigin;
      // It may be the first half of a double click.
      travelling = setTimeout(() => this.#onTravel(at), DOUBLE_CLICK_MS);
    });
    plot.over.addEventListener('dblclick', () => {
      this.zoom = undefined;
    });
  }

  /** @param {PlotName} name @param {uPlot} plot */
  #drawOver(name, plot) {
    const { past, told } = this.#model;
    if (name === 'heat') drawHeat(plot, this.#seconds, told.timeOrigin);
    drawMarks(plot, plots[name].marks, this.#seconds, told.timeOrigin);
    if (past !== undefined) drawMarker(plot, (told.timeOrigin + past.at) / 1000);
  }

  /** The values at the pointer, or else of the moment that is shown. @param {PlotName} name @param {number | undefined} at */
  #tell(name, at) {
    const second = at === undefined ? this.#model.second : this.#seconds[at];
    valuesOf(name, false).forEach((valueOf, i) => {
      const value = second === undefined ? null : valueOf(second);
      const output = document.getElementById(`${name}-${i}`);
      if (output) setText(output, value === null ? '–' : plots[name].format(value));
    });
    if (name !== 'rate') return;
    const time = at === undefined || second === undefined ? '' : formatClock(this.#model.told.timeOrigin + second.at);
    setText(byId('pointer'), time);
  }

  #resize() {
    for (const [name, plot] of this.#plots) plot.setSize(sizeOf(byId(name)));
  }
}

/** @param {HTMLElement} box */
function sizeOf({ clientWidth, clientHeight }) {
  return { width: Math.max(50, clientWidth), height: Math.max(50, clientHeight) };
}

/** A line is broken where nothing was recorded. @param {Model['seconds']} seconds @returns {Second[]} */
function withGaps(seconds) {
  return seconds.flatMap((second, i) => {
    const before = seconds[i - 1];
    return second.begins && before ? [{ ...before, at: before.at + 1, isGap: true }, second] : [second];
  });
}

/** The names of the lines with their values; they stand for the chart where nobody can see it. @param {PlotName} name */
function drawKey(name) {
  const key = byId(`${name}-key`);
  key.replaceChildren();
  plots[name].lines.forEach((line, i) => {
    const item = element('span', 'line');
    const sample = element('span', `sample${'dash' in line ? ' dashed' : ''}${'thin' in line ? ' thin' : ''}`);
    sample.style.borderColor = `var(${line.colour})`;
    const value = element('b', '', '–');
    value.id = `${name}-${i}`;
    item.append(sample, ` ${line.name} `, value);
    key.append(item);
  });
  for (const { name: mark, colour } of plots[name].marks) {
    const item = element('span', 'line');
    const sample = element('span', 'mark');
    sample.style.background = `var(${colour})`;
    item.append(sample, ` ${mark}`);
    key.append(item);
  }
}
