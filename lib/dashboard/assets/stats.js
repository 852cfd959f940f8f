/** @import { Model } from './model.js' */
import { formatCount, formatPressure, formatRate, formatShort, formatUs } from '../shared/format.js';
import { byId, element, setText } from './dom.js';

const UNKNOWN = '–';
/** Up to here there is room for every digit. */
const EXACT = 10_000_000;

/**
 * What stands at the top: a name, a figure, and what it is to be compared with. `share` fills a bar.
 * @type {readonly (readonly [name: string, figureOf: (model: Model) => readonly [figure: string, note: string, share?: number]])[]}
 */
const figures = [
  ['Checkouts/s', ({ second }) => (second ? [formatRate(second.checkouts), ''] : [UNKNOWN, ''])],
  ['Wait p99', ({ second }) => latency(second?.waitP99, second?.waitP50)],
  ['Use p99', ({ second }) => latency(second?.useP99, second?.useP50)],
  [
    'In use',
    ({ shown: { gauges: g } }) =>
      g
        ? [
            formatCount(g.active),
            `of ${formatCount(g.size)}, at most ${formatCount(g.allowed)}`,
            g.size === 0 ? 0 : g.active / g.size,
          ]
        : [UNKNOWN, ''],
  ],
  [
    'Waiting',
    ({ shown: { gauges: g } }) =>
      g ? [formatCount(g.waiting), `room for ${formatShort(g.maxWaiting)}`] : [UNKNOWN, ''],
  ],
  [
    'Pressure',
    ({ shown: { gauges: g } }) =>
      g?.pressure == null ? [UNKNOWN, ''] : [formatPressure(g.pressure), pressureNote(g.pressure), g.pressure],
  ],
  ['Capacity', ({ shown: { gauges: g } }) => (g ? [formatCount(g.capacity), 'free now'] : [UNKNOWN, ''])],
  [
    'Checkouts',
    ({ shown: { gauges: g } }) =>
      g
        ? [
            g.checkouts < EXACT ? formatCount(g.checkouts) : formatShort(g.checkouts),
            g.failedCheckouts === 0 ? 'none failed' : `${formatCount(g.failedCheckouts)} failed`,
          ]
        : [UNKNOWN, ''],
  ],
];

/** The figures at the top. */
export class Stats {
  #cells = figures.map(([name]) => {
    const group = element('div', 'stat');
    const figure = element('dd', 'figure', UNKNOWN);
    const note = element('dd', 'note');
    const bar = element('dd', 'bar');
    const fill = element('span');
    bar.append(fill);
    bar.setAttribute('aria-hidden', 'true');
    bar.hidden = true;
    group.append(element('dt', '', name), figure, note, bar);
    byId('stats').append(group);
    return { group, figure, note, bar, fill };
  });

  /** @param {Model} model */
  show(model) {
    figures.forEach(([name, figureOf], i) => {
      const cell = this.#cells[i];
      if (cell === undefined) return;
      const [figure, note, share] = figureOf(model);
      setText(cell.figure, figure);
      setText(cell.note, note);
      cell.bar.hidden = share === undefined;
      cell.fill.style.width = `${100 * (share ?? 0)}%`;
      cell.group.classList.toggle('high', name === 'Pressure' && (share ?? 0) > 0.5);
      cell.group.classList.toggle('failed', name === 'Checkouts' && note !== '' && note !== 'none failed');
    });
  }
}

/** @param {number | null | undefined} p99 @param {number | null | undefined} p50 @returns {readonly [string, string]} */
function latency(p99, p50) {
  return p99 == null || p50 == null ? [UNKNOWN, ''] : [formatUs(p99), `p50 ${formatUs(p50)}`];
}

/** @param {number} pressure */
function pressureNote(pressure) {
  return pressure >= 1 ? 'refusing' : pressure > 0.5 ? 'queueing' : 'free';
}
