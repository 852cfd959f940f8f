/** @import { CellKind } from '../shared/cells.ts' */
import { cssColour } from './dom.js';

/** @typedef {Record<CellKind | 'ink' | 'paper' | 'muted', string>} Palette */

/** @returns {Palette} */
export function palette() {
  return {
    idle: cssColour('--idle'),
    active: cssColour('--active'),
    pinned: cssColour('--idle'),
    connecting: cssColour('--connecting'),
    unhealthy: cssColour('--unhealthy'),
    withheld: cssColour('--withheld'),
    closing: cssColour('--muted'),
    ink: cssColour('--ink'),
    paper: cssColour('--panel'),
    muted: cssColour('--muted'),
  };
}

/**
 * Paints one cell; `shade` is 0 to 1. Each kind has a shape of its own, so that none hangs on its colour; what is pinned
 * looks like any other, with a mark in its corner.
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} colours
 * @param {{ x: number, y: number, size: number }} place
 * @param {{ kind: CellKind, shade: number, leased: boolean, pinned: boolean }} what
 */
export function paintCell(context, colours, { x, y, size }, { kind, shade, leased, pinned }) {
  const colour = colours[kind];
  context.fillStyle = colour;
  context.strokeStyle = colour;
  if (kind === 'closing') {
    const dot = Math.max(2, Math.round(size / 3));
    const inset = Math.floor((size - dot) / 2);
    context.fillRect(x + inset, y + inset, dot, dot);
    return;
  }
  context.globalAlpha = leased && kind !== 'active' ? 0.45 : opacity(kind, shade);
  context.fillRect(x, y, size, size);
  context.globalAlpha = 1;
  if (pinned) paintPin(context, colours.ink, x, y, size);
  context.fillStyle = colour;
  if (kind === 'active') return;
  context.lineWidth = 1;
  if (kind === 'connecting') context.setLineDash([2, 2]);
  context.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
  context.setLineDash([]);
  paintMark(context, kind, x, y, size);
}

/** The colour of text on such a cell: of the two that there are the one with more contrast. @param {Palette} colours @param {CellKind} kind @param {number} shade */
export function readable(colours, kind, shade) {
  const [fill, paper, ink] = [channels(colours[kind]), channels(colours.paper), channels(colours.ink)];
  const alpha = opacity(kind, shade);
  const ground = luminance(fill.map((value, i) => alpha * value + (1 - alpha) * (paper[i] ?? 0)));
  return contrast(luminance(paper), ground) > contrast(luminance(ink), ground) ? colours.paper : colours.ink;
}

/** @param {CellKind} kind @param {number} shade */
function opacity(kind, shade) {
  return kind === 'active' ? 0.4 + 0.6 * shade : 0.06 + 0.34 * shade;
}

/** Of `#rrggbb`. @param {string} colour */
function channels(colour) {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}

/** As WCAG 2.2 has it. @param {number[]} channels */
function luminance(channels) {
  const [red = 0, green = 0, blue = 0] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {number} one @param {number} other */
function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/**
 * A dot in a corner, where it is in nobody's way.
 * @param {CanvasRenderingContext2D} context
 * @param {string} ink
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function paintPin(context, ink, x, y, size) {
  const dot = Math.max(2, Math.round(size / 6));
  context.fillStyle = ink;
  context.fillRect(x + size - dot - 1, y + 1, dot, dot);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {CellKind} kind
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function paintMark(context, kind, x, y, size) {
  const inset = Math.max(1.5, size * 0.25);
  const [left, right, top, bottom] = [x + inset, x + size - inset, y + inset, y + size - inset];
  context.lineWidth = Math.min(2, Math.max(1, size / 10));
  context.beginPath();
  if (kind === 'unhealthy') {
    context.moveTo(left, top);
    context.lineTo(right, bottom);
    context.moveTo(right, top);
    context.lineTo(left, bottom);
  } else if (kind === 'withheld') {
    context.moveTo(left, y + size / 2);
    context.lineTo(right, y + size / 2);
  } else if (kind === 'connecting') {
    context.moveTo(left, bottom);
    context.lineTo(right, top);
  }
  context.stroke();
}
