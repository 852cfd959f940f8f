/** @import uPlot from 'uplot' */
/** @import { Mark, Second } from './chart-options.js' */
import { heatRangeOf } from '../shared/heat.js';
import { cssColour } from './dom.js';

/** How high a row of marks is, in pixels of the page. */
const ROW = 5;
/** How wide a mark is at least. */
const LEAST = 2;

/** A line through the moment that is looked at. @param {uPlot} plot @param {number} time */
export function drawMarker(plot, time) {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(time, 'x', true)) + 0.5;
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = cssColour('--connecting');
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/**
 * What happened now and then, a row for each kind at the top of a chart.
 * @param {uPlot} plot @param {readonly Mark[]} marks @param {readonly Second[]} seconds @param {number} timeOrigin
 */
export function drawMarks(plot, marks, seconds, timeOrigin) {
  const { ctx, bbox } = plot;
  ctx.save();
  marks.forEach(({ colour, countOf }, row) => {
    ctx.fillStyle = cssColour(colour);
    const y = bbox.top + row * ROW * devicePixelRatio;
    for (const second of seconds) {
      if (second.isGap || countOf(second) === 0) continue;
      const [from, to] = placeOf(plot, second, timeOrigin);
      if (to < bbox.left || from > bbox.left + bbox.width) continue;
      ctx.fillRect(
        Math.max(from, bbox.left),
        y,
        Math.max(LEAST * devicePixelRatio, to - from),
        (ROW - 2) * devicePixelRatio,
      );
    }
  });
  ctx.restore();
}

/**
 * How long leases lasted: the more of them in a step, the darker it is. Seconds that share a column of pixels are one.
 * @param {uPlot} plot @param {readonly Second[]} seconds @param {number} timeOrigin
 */
export function drawHeat(plot, seconds, timeOrigin) {
  const { ctx, bbox } = plot;
  const columns = columnsOf(plot, seconds, timeOrigin);
  const most = Math.max(1, ...[...columns.values()].flatMap(({ counts }) => [...counts.values()]));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = cssColour('--active');
  for (const [from, { to, counts }] of columns) {
    for (const [step, count] of counts) {
      const [bottom, top] = heatRangeOf(step).map((us) => Math.round(plot.valToPos(us, 'y', true)));
      if (bottom === undefined || top === undefined) continue;
      ctx.globalAlpha = 0.12 + 0.88 * (Math.log1p(count) / Math.log1p(most));
      ctx.fillRect(from, top, Math.max(1, to - from), Math.max(1, bottom - top));
    }
  }
  ctx.restore();
}

/** @typedef {{ to: number, counts: Map<number, number> }} Column */

/** @param {uPlot} plot @param {readonly Second[]} seconds @param {number} timeOrigin */
function columnsOf(plot, seconds, timeOrigin) {
  /** @type {Map<number, Column>} */
  const columns = new Map();
  const { left, width } = plot.bbox;
  for (const second of seconds) {
    if (second.isGap || second.uses.length === 0) continue;
    const [from, to] = placeOf(plot, second, timeOrigin);
    if (to < left || from > left + width) continue;
    /** @type {Column} */
    const column = columns.get(from) ?? { to, counts: new Map() };
    columns.set(from, column);
    column.to = Math.max(column.to, to);
    for (let i = 0; i < second.uses.length; i += 2) {
      const step = second.uses[i] ?? 0;
      column.counts.set(step, (column.counts.get(step) ?? 0) + (second.uses[i + 1] ?? 0));
    }
  }
  return columns;
}

/** Where a second begins and ends, in pixels. @param {uPlot} plot @param {Second} second @param {number} timeOrigin @returns {[from: number, to: number]} */
function placeOf(plot, { at }, timeOrigin) {
  const end = (timeOrigin + at) / 1000;
  return [Math.floor(plot.valToPos(end - 1, 'x', true)), Math.ceil(plot.valToPos(end, 'x', true))];
}
