/** @import { RequestWindow } from '../../mcp/request-metrics.ts' */
/** @import { Model } from './model.js' */
import { byId, element, fillRows, setText } from './dom.js';
import { formatCount, formatShort, formatUs } from './format.js';

/** The requests of the last window, by method and tool. @param {Model} model */
export function showRequests({ windows }) {
  const requests = windows.at(-1)?.requests;
  if (requests === undefined || requests.length === 0) return;
  byId('requests').hidden = false;
  const sorted = [...requests].sort((a, b) => b.tookUs.count - a.tookUs.count);
  fillRows(byId('requests-rows'), sorted, newRow, fill);
}

/** @param {HTMLElement} row @param {RequestWindow} request */
function fill(row, { method, tool, tookUs, failed }) {
  const isSilent = tookUs.count === 0;
  const texts = [
    tool === undefined ? method : `${method} ${tool}`,
    formatShort(tookUs.rate),
    isSilent ? '–' : formatUs(tookUs.p50),
    isSilent ? '–' : formatUs(tookUs.p99),
    formatCount(failed),
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
