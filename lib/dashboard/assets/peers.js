/** @import { PeerFigures } from '../protocol.ts' */
import { byId, element, fillRows, setText } from './dom.js';

/** The worst comes first. */
const order = ['refusing', 'down', 'asking', 'up'];

/** Other processes that serve the same, those in trouble first. @param {readonly PeerFigures[]} peers */
export function showPeers(peers) {
  byId('peers').hidden = peers.length === 0;
  const sorted = peers.toSorted(
    (one, other) => order.indexOf(one.status) - order.indexOf(other.status) || one.url.localeCompare(other.url),
  );
  fillRows(byId('peers-rows'), sorted, newRow, fill);
}

/** @param {HTMLElement} row @param {PeerFigures} peer */
function fill(row, { url, status, error }) {
  const words = error === undefined ? status : `${status}: ${error}`;
  [url, words].forEach((text, i) => setText(/** @type {Node} */ (row.children[i]), text));
  row.dataset['status'] = status === 'refusing' || status === 'down' ? 'down' : status === 'asking' ? 'degraded' : 'ok';
}

function newRow() {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  row.append(head, element('td', 'state'));
  return row;
}
