/** @import { Second as Told } from '../protocol.ts' */
import { heatRangeOf } from '../shared/heat.js';
import { formatCount, formatRate, formatShort, formatUs } from '../shared/format.js';
import { cssColour } from './dom.js';
import { formatClock } from './wall-clock.js';

/** A second of the pool; a gap stands where nothing was recorded. @typedef {Told & { isGap?: boolean }} Second */
/** @typedef {{ name: string, colour: string, valueOf: (second: Told) => number | null, dash?: number[], fill?: boolean, thin?: boolean, hidden?: boolean }} Line */
/** What is drawn where it happened. @typedef {{ name: string, colour: string, countOf: (second: Told) => number }} Mark */
/** @typedef {{ lines: readonly Line[], marks: readonly Mark[], format: (value: number) => string, short: (value: number) => string, isLatency: boolean }} Plot */

/**
 * What is drawn; a line is told from another by its dashes and its width as well. `format` is for the present values,
 * `short` for the axis, where there is little room.
 * @type {Readonly<Record<'rate' | 'latency' | 'heat' | 'usage', Plot>>}
 */
export const plots = {
  rate: {
    lines: [{ name: 'checkouts', colour: '--active', fill: true, valueOf: (s) => s.checkouts }],
    marks: [{ name: 'failed', colour: '--unhealthy', countOf: ({ counts: c }) => c.failedCheckouts + c.leaks }],
    format: formatRate,
    short: formatShort,
    isLatency: false,
  },
  latency: {
    lines: [
      { name: 'wait p50', colour: '--wait', thin: true, valueOf: (s) => s.waitP50 },
      { name: 'wait p99', colour: '--wait', dash: [5, 3], thin: true, valueOf: (s) => s.waitP99 },
      { name: 'use p50', colour: '--active', valueOf: (s) => s.useP50 },
      { name: 'use p99', colour: '--active', dash: [5, 3], valueOf: (s) => s.useP99 },
    ],
    marks: [],
    format: formatUs,
    short: formatUs,
    isLatency: true,
  },
  heat: {
    // It is there for the values at the pointer and for the height of the axis.
    lines: [{ name: 'longest', colour: '--active', hidden: true, valueOf: longest }],
    marks: [],
    format: formatUs,
    short: formatUs,
    isLatency: true,
  },
  usage: {
    lines: [
      { name: 'open', colour: '--idle', valueOf: (s) => s.size },
      { name: 'in use', colour: '--active', fill: true, valueOf: (s) => s.active },
      { name: 'waiting', colour: '--wait', dash: [5, 3], valueOf: (s) => s.waiting },
    ],
    marks: [
      { name: 'lost', colour: '--unhealthy', countOf: ({ counts: c }) => c.failedConnects + c.deaths },
      { name: 'opened', colour: '--active', countOf: ({ counts: c }) => c.connects },
      { name: 'check failed', colour: '--connecting', countOf: ({ counts: c }) => c.healthCheckFailures },
      { name: 'checked', colour: '--well', countOf: ({ counts: c }) => c.checks - c.healthCheckFailures },
    ],
    format: formatCount,
    short: formatShort,
    isLatency: false,
  },
};

/** The end of the slowest step in which there was anything. @param {Told} second */
function longest({ uses }) {
  const step = uses.at(-2);
  return step === undefined ? null : heatRangeOf(step)[1];
}

/**
 * What each line of a plot is made of; nothing is drawn in a gap, and nothing below a microsecond where that has no place.
 * @param {PlotName} name @param {boolean} isLog
 */
export function valuesOf(name, isLog) {
  return plots[name].lines.map(({ valueOf }) => (/** @type {Second} */ second) => {
    const value = second.isGap ? null : valueOf(second);
    return isLog && plots[name].isLatency && value !== null ? Math.max(1, value) : value;
  });
}

/** @typedef {keyof typeof plots} PlotName */

/**
 * @param {PlotName} name
 * @param {{ width: number, height: number }} size
 * @param {boolean} isLog
 * @param {() => [from: number, to: number]} shownRange
 * @returns {import('uplot').Options}
 */
export function optionsOf(name, size, isLog, shownRange) {
  const { lines, short, isLatency } = plots[name];
  // A heat map has steps of powers.
  const log = name === 'heat' || (isLatency && isLog);
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
    cursor: {
      y: false,
      points: { show: name !== 'heat' },
      drag: { x: true, y: false, setScale: false },
      sync: { key: 'charts', scales: ['x', null] },
    },
    padding: [8, 26, 0, 0],
    scales: {
      x: { time: true, range: shownRange },
      y: log
        ? { distr: 3, range: (_u, min, max) => decades(min, max) }
        : { range: (_u, _min, max) => [0, Math.max(1, max) * 1.1] },
    },
    axes: [
      { ...axis, size: 24, space: 70, values: (_u, splits) => splits.map((seconds) => formatClock(1000 * seconds)) },
      {
        ...axis,
        size: 54,
        ...(log ? { splits: (_u, _axis, min, max) => decadesBetween(min, max) } : !isLatency && { incrs: wholeSteps }),
        space: 26,
        values: (_u, splits) => splits.map((value) => (Number.isFinite(value) ? short(value) : '')),
      },
    ],
    series: [{}, ...lines.map(seriesOf)],
  };
}

/** What is counted is told in whole numbers: between two of them there is nothing to write at a line of the grid. */
const wholeSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

/** @param {Line} line @returns {import('uplot').Series} */
function seriesOf({ name, colour, dash, fill, thin, hidden }) {
  const stroke = cssColour(colour);
  return {
    label: name,
    stroke,
    width: hidden ? 0 : thin ? 1 : 2,
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
