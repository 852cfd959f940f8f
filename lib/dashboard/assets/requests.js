/** @import { WindowPoint } from '../protocol.ts' */
/** @import { RequestWindow } from '../../mcp/requests/request-metrics.ts' */
/** @import { Model } from './model.js' */
import { formatCount, formatRate, formatUs } from '../shared/format.js';
import { lastWindow } from '../shared/picture.js';
import { byId, element, fillRows, setText } from './dom.js';

/** @typedef {{ name: string, count: number, rate: number, p50: number, p99: number, failed: number }} Row */

/** @type {readonly unknown[]} */
let drawn = [];

/** The requests of the last second, or of the one that is looked at, by method and tool. @param {Model} model */
export function showRequests({ told, past }) {
  if (told.windows === drawn[0] && past === drawn[1]) return;
  drawn = [told.windows, past];
  const window = past === undefined ? lastWindow(told) : told.windows.find(({ at }) => at >= past.at);
  const rows = rowsOf(told, window);
  byId('requests').hidden = rows.length === 0;
  rows.sort((a, b) => b.count - a.count);
  fillRows(byId('requests-rows'), rows, newRow, fill);
}

/** What is silent now stays for as long as the charts tell of it. @param {Model['told']} told @param {WindowPoint | undefined} window @returns {Row[]} */
function rowsOf(told, window) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  for (const { requests = [] } of told.windows)
    for (const request of requests) {
      const name = nameOf(request);
      rows.set(name, { name, count: 0, rate: 0, p50: 0, p99: 0, failed: 0 });
    }
  for (const request of window?.requests ?? []) {
    const name = nameOf(request);
    const { count, rate, p50, p99 } = request.tookUs;
    rows.set(name, { name, count, rate, p50, p99, failed: request.failed });
  }
  return [...rows.values()];
}

/** @param {RequestWindow} request */
function nameOf({ method, tool }) {
  return tool === undefined ? method : `${method} ${tool}`;
}

/** @param {HTMLElement} row @param {Row} request */
function fill(row, { name, count, rate, p50, p99, failed }) {
  const isSilent = count === 0;
  const texts = [
    name,
    formatRate(rate),
    isSilent ? '–' : formatUs(p50),
    isSilent ? '–' : formatUs(p99),
    failed > 0 && failed === count ? `all ${formatCount(failed)}` : formatCount(failed),
  ];
  texts.forEach((text, i) => {
    const cell = row.children[i];
    if (cell) setText(cell, text);
  });
  row.classList.toggle('bad', failed > 0);
}

function newRow() {
  const row = element('tr');
  const name = element('th');
  name.scope = 'row';
  row.append(name, element('td'), element('td'), element('td'), element('td'));
  return row;
}
