/** @import { PoolSummary } from '../protocol.ts' */
import { formatCount, formatUs } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';

/** The worst comes first. */
const order = ['down', 'degraded', 'ok'];
const WIDTH = 120;
const HEIGHT = 22;

/** All pools in a table, those in trouble first. @param {readonly PoolSummary[]} pools */
export function showOverview(pools) {
  const sorted = pools.toSorted((one, other) => severity(one) - severity(other) || one.name.localeCompare(other.name));
  const bad = pools.filter(({ gauges }) => gauges.health.status !== 'ok').length;
  setText(byId('name'), `${formatCount(pools.length)} pools`);
  setText(byId('facts'), bad === 0 ? 'all of them ok' : `${formatCount(bad)} not ok`);
  document.title = bad === 0 ? `${pools.length} pools` : `${bad} of ${pools.length} pools not ok`;
  fillRows(byId('overview-rows'), sorted, newRow, fill);
}

/** Lower is worse: by health, then by failures, then by those who wait. @param {PoolSummary} pool */
function severity({ gauges, recent }) {
  const failures = Math.min(9999, recent?.failuresPerMinute ?? 0);
  return 1e9 * order.indexOf(gauges.health.status) - 1e5 * failures - Math.min(99_999, gauges.waiting);
}

/** @param {HTMLElement} row @param {PoolSummary} pool */
function fill(row, { id, name, gauges, recent }) {
  const [head, health, inUse, waiting, p99, failures, line] = /** @type {HTMLElement[]} */ ([...row.children]);
  const link = /** @type {HTMLAnchorElement | null} */ (head?.firstElementChild ?? null);
  if (!link || !health || !inUse || !waiting || !p99 || !failures || !line) return;
  const { status, cause } = gauges.health;
  link.href = `?pool=${id}`;
  setText(link, name);
  row.dataset['status'] = status;
  setText(/** @type {Node} */ (health.firstChild), status);
  setText(/** @type {Node} */ (health.lastChild), status === 'ok' ? '' : cause);
  health.title = cause;
  setText(inUse, `${formatCount(gauges.active)} of ${formatCount(gauges.size)}`);
  setText(waiting, formatCount(gauges.waiting));
  setText(p99, recent?.useP99 == null ? '–' : formatUs(recent.useP99));
  setText(failures, recent === undefined ? '–' : formatCount(recent.failuresPerMinute));
  row.classList.toggle('bad', (recent?.failuresPerMinute ?? 0) > 0);
  row.classList.toggle('waits', gauges.waiting > 0);
  line.querySelector('polyline')?.setAttribute('points', pointsOf(recent?.checkouts ?? []));
}

/** @param {readonly number[]} values */
function pointsOf(values) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  return values.map((value, i) => `${i * step},${HEIGHT - 1 - ((HEIGHT - 2) * value) / most}`).join(' ');
}

function newRow() {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  head.append(element('a'));
  const health = element('td', 'status');
  health.append(element('b'), element('span', 'cause'));
  row.append(head, health, ...Array.from({ length: 4 }, () => element('td')), newSparkline());
  return row;
}

function newSparkline() {
  const cell = element('td', 'sparkline');
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  picture.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute('aria-hidden', 'true');
  picture.append(document.createElementNS('http://www.w3.org/2000/svg', 'polyline'));
  cell.append(picture);
  return cell;
}
