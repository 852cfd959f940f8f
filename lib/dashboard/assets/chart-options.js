import { formatCount, formatRate, formatShort, formatUs } from '../shared/format.js';
import { cssColour } from './dom.js';

/** @typedef {{ name: string, colour: string, dash?: number[], fill?: boolean, thin?: boolean }} Line */

/**
 * What is drawn; a line is told from another by its dashes and its width as well. `format` is for the present values,
 * `short` for the axis, where there is little room.
 */
export const plots = /** @type {const} */ ({
  rate: {
    lines: [{ name: 'checkouts', colour: '--active', fill: true }],
    format: formatRate,
    short: formatShort,
    log: false,
  },
  latency: {
    lines: [
      { name: 'wait p50', colour: '--wait', thin: true },
      { name: 'wait p99', colour: '--wait', dash: [5, 3], thin: true },
      { name: 'use p50', colour: '--active' },
      { name: 'use p99', colour: '--active', dash: [5, 3] },
    ],
    format: formatUs,
    short: formatUs,
    log: true,
  },
  usage: {
    lines: [
      { name: 'open', colour: '--idle' },
      { name: 'in use', colour: '--active', fill: true },
      { name: 'waiting', colour: '--wait', dash: [5, 3] },
    ],
    format: formatCount,
    short: formatShort,
    log: false,
  },
});

/** @typedef {keyof typeof plots} PlotName */

/**
 * @param {PlotName} name
 * @param {{ width: number, height: number }} size
 * @returns {import('uplot').Options}
 */
export function optionsOf(name, size) {
  const { lines, short, log } = plots[name];
  const [line, muted] = [cssColour('--line'), cssColour('--muted')];
  const axis = {
    stroke: muted,
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 26, 0, 0],
    scales: {
      x: { time: true, range: lastMinute },
      y: log
        ? { distr: 3, range: (_u, min, max) => decades(min, max) }
        : { range: (_u, _min, max) => [0, Math.max(1, max) * 1.1] },
    },
    axes: [
      { ...axis, size: 24, space: 70, values: (_u, splits) => splits.map(clock) },
      {
        ...axis,
        size: 54,
        ...(log ? { splits: (_u, _axis, min, max) => decadesBetween(min, max) } : { incrs: wholeSteps }),
        space: 26,
        values: (_u, splits) => splits.map((value) => (Number.isFinite(value) ? short(value) : '')),
      },
    ],
    series: [{}, ...lines.map((each) => seriesOf(/** @type {Line} */ (each)))],
  };
}

/** What is counted is told in whole numbers: between two of them there is nothing to write at a line of the grid. */
const wholeSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/**
 * A minute at least. Of a single point uPlot would show the day that begins with it.
 * @param {import('uplot')} plot @param {number} min @param {number} max
 * @returns {[number, number]}
 */
function lastMinute({ data: [times] }, min, max) {
  const last = times.at(-1) ?? max;
  return [Math.min(times[0] ?? min, last - 60), last];
}

/** @param {Line} line @returns {import('uplot').Series} */
function seriesOf({ name, colour, dash, fill, thin }) {
  const stroke = cssColour(colour);
  return {
    label: name,
    stroke,
    width: thin ? 1 : 2,
    points: { show: false },
    ...(dash && { dash }),
    ...(fill && { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` }),
  };
}

/** @param {number | null} min @param {number | null} max @returns {[number, number]} */
function decades(min, max) {
  const low = 10 ** Math.floor(Math.log10(Math.max(1, min ?? 1)));
  return [low, Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(10, max ?? 10))))];
}

/** The lines of a logarithmic grid: one for each power of ten. @param {number} min @param {number} max */
function decadesBetween(min, max) {
  const first = Math.round(Math.log10(min));
  return Array.from({ length: Math.round(Math.log10(max)) - first + 1 }, (_, i) => 10 ** (first + i));
}

/** @param {number} seconds */
function clock(seconds) {
  return new Date(1000 * seconds).toTimeString().slice(0, 8);
}
