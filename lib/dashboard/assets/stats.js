/** @import { Second } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { formatCount, formatPressure, formatRate, formatShort, formatUs } from '../shared/format.js';
import { byId, element, setText } from './dom.js';
import { Sparkline } from './sparkline.js';

const UNKNOWN = '–';
/** Up to here there is room for every digit. */
const EXACT = 10_000_000;

/**
 * A figure at the top, and what it is to be compared with; `lineOf` is drawn over the last minute, `share` fills a bar.
 * @typedef {{
 *   name: string,
 *   wordsOf: (model: Model) => readonly [figure: string, note: string, share?: number],
 *   lineOf?: (second: Second) => number | null,
 * }} Figure
 */

/** The first one is the one that is seen from afar. @type {readonly Figure[]} */
const figures = [
  {
    name: 'Checkouts/s',
    wordsOf: ({ second }) => (second ? [formatRate(second.checkouts), ''] : [UNKNOWN, '']),
    lineOf: ({ checkouts }) => checkouts,
  },
  {
    name: 'Wait p99',
    wordsOf: ({ second }) => latency(second?.waitP99, second?.waitP50),
    lineOf: ({ waitP99 }) => waitP99,
  },
  { name: 'Use p99', wordsOf: ({ second }) => latency(second?.useP99, second?.useP50), lineOf: ({ useP99 }) => useP99 },
  {
    name: 'In use',
    wordsOf: ({ shown: { gauges: g } }) =>
      g
        ? [
            formatCount(g.active),
            `of ${formatCount(g.size)}, at most ${formatCount(g.allowed)}`,
            g.size === 0 ? 0 : g.active / g.size,
          ]
        : [UNKNOWN, ''],
    lineOf: ({ active }) => active,
  },
  {
    name: 'Waiting',
    wordsOf: ({ shown: { gauges: g } }) =>
      g
        ? [
            formatCount(g.waiting),
            g.circuit === 'open' ? 'turned away at once' : `room for ${formatShort(g.maxWaiting)}`,
          ]
        : [UNKNOWN, ''],
    lineOf: ({ waiting }) => waiting,
  },
  {
    name: 'Pressure',
    wordsOf: ({ shown: { gauges: g } }) =>
      g?.pressure == null
        ? [UNKNOWN, '']
        : [formatPressure(g.pressure), pressureNote(g.pressure, g.capacity), g.pressure],
  },
  {
    name: 'Failed',
    wordsOf: ({ shown: { gauges: g } }) =>
      g ? [exact(g.failedCheckouts), `besides ${exact(g.checkouts)} leases`] : [UNKNOWN, ''],
    lineOf: failures,
  },
];

/** The figures at the top. */
export class Stats {
  #tiles = figures.map(({ name, lineOf }) => {
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
    return { group, figure, note, bar, fill, line: lineOf && addLine(group) };
  });
  /** @type {Second | undefined} */
  #drawn;

  /** @param {Model} model */
  show(model) {
    const { lastMinute } = model;
    const isDrawn = this.#drawn === lastMinute.at(-1);
    this.#drawn = lastMinute.at(-1);
    figures.forEach(({ name, wordsOf, lineOf }, i) => {
      const tile = this.#tiles[i];
      if (tile === undefined) return;
      const [figure, note, share] = wordsOf(model);
      setText(tile.figure, figure);
      setText(tile.note, note);
      tile.bar.hidden = share === undefined;
      tile.fill.style.width = `${100 * (share ?? 0)}%`;
      tile.group.classList.toggle('high', name === 'Pressure' && (share ?? 0) > 0.5);
      tile.group.classList.toggle('full', name === 'Pressure' && (share ?? 0) >= 1);
      tile.group.classList.toggle('failed', lineOf === failures && figure !== '0' && figure !== UNKNOWN);
      if (lineOf && !isDrawn) tile.line?.show(lastMinute.map((second) => lineOf(second) ?? 0));
    });
  }
}

/** @param {HTMLElement} group */
function addLine(group) {
  const line = new Sparkline();
  const cell = element('dd', 'trend');
  cell.setAttribute('aria-hidden', 'true');
  cell.append(line.element);
  group.append(cell);
  return line;
}

/** @param {Second} second */
function failures({ counts }) {
  return counts.failedCheckouts;
}

/** @param {number} count */
function exact(count) {
  return count < EXACT ? formatCount(count) : formatShort(count);
}

/** @param {number | null | undefined} p99 @param {number | null | undefined} p50 @returns {readonly [string, string]} */
function latency(p99, p50) {
  return p99 == null || p50 == null ? [UNKNOWN, ''] : [formatUs(p99), `p50 ${formatUs(p50)}`];
}

/** @param {number} pressure @param {number} capacity */
function pressureNote(pressure, capacity) {
  return pressure >= 1 ? 'refusing' : pressure > 0.5 ? 'queueing' : `room for ${formatCount(capacity)} more`;
}
