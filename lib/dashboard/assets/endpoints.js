/** @import { EndpointFigures } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { endpointFigures, endpointWords } from '../shared/endpoint-figures.js';
import { formatCount } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';

/** The endpoints of the pool with what their connections do, those in trouble first. @param {Model} model */
export function showEndpoints({ shown: { cells, endpoints, at } }) {
  const figures = endpoints.length === 0 ? [] : endpointFigures(cells.values(), endpoints, at);
  byId('endpoints').hidden = figures.length === 0;
  const out = figures.filter(({ status }) => status === 'aside' || status === 'resting').length;
  setText(
    byId('endpoints-count'),
    out === 0 ? 'all in service' : `${formatCount(out)} of ${figures.length} not used now`,
  );
  fillRows(byId('endpoints-rows'), figures, newRow, fill);
}

/** @param {HTMLElement} row @param {EndpointFigures} figures */
function fill(row, figures) {
  const { id, status, active, open, connecting, requests, failed } = figures;
  const words = [
    id,
    endpointWords(figures),
    `${formatCount(active)} of ${formatCount(open)}`,
    ...[connecting, requests, failed].map(formatCount),
  ];
  words.forEach((text, i) => setText(/** @type {Node} */ (row.children[i]), text));
  row.dataset['status'] = status;
  row.classList.toggle('bad', failed > 0);
}

function newRow() {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  row.append(head, ...Array.from({ length: 5 }, () => element('td')));
  return row;
}
