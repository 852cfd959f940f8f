/** @import { WindowPoint } from '../protocol.ts' */
/** @import { Model } from './model.js' */
/** @import { PlotName } from './chart-options.js' */
import uPlot from './uplot.js';
import { lastWindow } from '../shared/picture.js';
import { optionsOf, plots } from './chart-options.js';
import { byId, element, setText } from './dom.js';

/** A line is broken where nobody watched for so long, in milliseconds. */
const GAP_MS = 5000;

/** What each line is made of; nothing is drawn where nothing was measured. */
const values = {
  rate: [(/** @type {WindowPoint} */ p) => p.checkoutsPerSecond],
  latency: [
    (/** @type {WindowPoint} */ p) => measured(p.waitTimeUs, 'p50'),
    (/** @type {WindowPoint} */ p) => measured(p.waitTimeUs, 'p99'),
    (/** @type {WindowPoint} */ p) => measured(p.useTimeUs, 'p50'),
    (/** @type {WindowPoint} */ p) => measured(p.useTimeUs, 'p99'),
  ],
  usage: [
    (/** @type {WindowPoint} */ p) => p.size,
    (/** @type {WindowPoint} */ p) => p.active,
    (/** @type {WindowPoint} */ p) => p.waiting,
  ],
};
const names = /** @type {PlotName[]} */ (Object.keys(plots));

/** Throughput, latency and use over the last minutes. */
export class Charts {
  #model;
  /** @type {Map<PlotName, uPlot>} */
  #plots = new Map();
  /** @type {readonly WindowPoint[] | undefined} */
  #drawn;

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    for (const name of names) drawKey(name);
    new ResizeObserver(() => this.#resize()).observe(byId('rate'));
    this.rebuild();
  }

  /** The theme is another one, and the colours with it. */
  rebuild() {
    for (const plot of this.#plots.values()) plot.destroy();
    for (const name of names) {
      drawKey(name);
      const box = byId(name);
      this.#plots.set(name, new uPlot(optionsOf(name, sizeOf(box)), [[]], box));
    }
    this.#drawn = undefined;
    this.draw();
  }

  /** Draws what is new. */
  draw() {
    const { told } = this.#model;
    const { windows, timeOrigin } = told;
    if (windows === this.#drawn) return;
    this.#drawn = windows;
    const last = lastWindow(told);
    const points = withGaps(windows);
    const times = points.map(({ at }) => (timeOrigin + at) / 1000);
    for (const [name, plot] of this.#plots) {
      const { log, format } = plots[name];
      const heightOf = (/** @type {number | null} */ value) => (log && value !== null ? Math.max(1, value) : value);
      plot.setData([
        times,
        ...values[name].map((valueOf) => points.map((point) => ('gap' in point ? null : heightOf(valueOf(point))))),
      ]);
      values[name].forEach((valueOf, i) => {
        const value = last === undefined ? null : valueOf(last);
        const output = document.getElementById(`${name}-${i}`);
        if (output) setText(output, value === null ? '–' : format(value));
      });
    }
  }

  #resize() {
    for (const [name, plot] of this.#plots) plot.setSize(sizeOf(byId(name)));
  }
}

/** @param {HTMLElement} box */
function sizeOf({ clientWidth, clientHeight }) {
  return { width: Math.max(50, clientWidth), height: Math.max(50, clientHeight) };
}

/** @param {WindowPoint['waitTimeUs']} summary @param {'p50' | 'p99'} which */
function measured(summary, which) {
  return summary.count === 0 ? null : summary[which];
}

/** @param {readonly WindowPoint[]} windows */
function withGaps(windows) {
  /** @type {(WindowPoint | { at: number, gap: true })[]} */
  const points = [];
  for (const point of windows) {
    const before = points.at(-1);
    if (before !== undefined && point.at - before.at > GAP_MS) points.push({ at: before.at + 1, gap: true });
    points.push(point);
  }
  return points;
}

/** The names of the lines with their present values; they stand for the chart where nobody can see it. @param {PlotName} name */
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
}
