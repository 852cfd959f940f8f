/** @import { EndpointFigures, PoolSummary } from '../protocol.ts' */
import { endpointWords } from '../shared/endpoint-figures.js';
import { formatCount, formatUs } from '../shared/format.js';
import { byId, element, fillRows, setText } from './dom.js';
import { Sparkline } from './sparkline.js';

/** The worst comes first. */
const order = ['down', 'degraded', 'ok'];
const UNKNOWN = '–';
/** Endpoints of a pool that are shown: those in trouble come first. */
const MOST_ENDPOINTS = 20;
/** @type {WeakMap<Element, Sparkline>} */
const sparklines = new WeakMap();

/** A pool, or one of its endpoints. @typedef {{ pool: PoolSummary, endpoint?: EndpointFigures }} Row */

/** All pools in a table, those in trouble first, each with its endpoints. @param {readonly PoolSummary[]} pools */
export function showOverview(pools) {
  const sorted = pools.toSorted((one, other) => severity(one) - severity(other) || one.name.localeCompare(other.name));
  const bad = pools.filter(({ gauges }) => gauges.health.status !== 'ok').length;
  const count = pools.length === 1 ? 'one pool' : `${formatCount(pools.length)} pools`;
  setText(byId('name'), count);
  setText(byId('facts'), bad === 0 ? 'all of them ok' : `${formatCount(bad)} not ok`);
  document.title = bad === 0 ? count : `${bad} of ${count} not ok`;
  const rows = sorted.flatMap((pool) => [
    { pool },
    ...(pool.endpoints ?? []).slice(0, MOST_ENDPOINTS).map((endpoint) => ({ pool, endpoint })),
  ]);
  fillRows(byId('overview-rows'), rows, newRow, fill);
}

/** Lower is worse: by health, then by failures, then by those who wait. @param {PoolSummary} pool */
function severity({ gauges, recent }) {
  const failures = Math.min(9999, recent?.failuresPerMinute ?? 0);
  return 1e9 * order.indexOf(gauges.health.status) - 1e5 * failures - Math.min(99_999, gauges.waiting);
}

/** @param {HTMLElement} row @param {Row} shown */
function fill(row, { pool, endpoint }) {
  const { status, name, cells, failures, isWaiting, line } =
    endpoint === undefined ? wordsOfPool(pool) : wordsOfEndpoint(endpoint);
  const [head, ...rest] = [...row.children];
  const link = /** @type {HTMLAnchorElement} */ (head?.firstElementChild);
  link.href = `?pool=${pool.id}`;
  setText(link, name);
  row.dataset['status'] = status;
  row.classList.toggle('endpoint', endpoint !== undefined);
  row.classList.toggle('bad', failures > 0);
  row.classList.toggle('waits', isWaiting);
  const [word = '', cause = '', ...figures] = cells;
  const health = /** @type {HTMLElement} */ (rest[0]);
  health.title = cause;
  [word, cause].forEach((text, i) => setText(/** @type {Node} */ (health.children[i]), text));
  figures.forEach((text, i) => setText(/** @type {Node} */ (rest[i + 1]), text));
  sparklines.get(row)?.show(line);
}

/** @typedef {{ status: string, name: string, cells: readonly string[], failures: number, isWaiting: boolean, line: readonly number[] }} Words */

/** @param {PoolSummary} pool @returns {Words} */
function wordsOfPool({ name, gauges, recent }) {
  const { status, cause } = gauges.health;
  const failures = recent?.failuresPerMinute ?? 0;
  const cells = [
    status,
    status === 'ok' ? '' : cause,
    `${formatCount(gauges.active)} of ${formatCount(gauges.size)}`,
    formatCount(gauges.waiting),
    recent?.useP99 == null ? UNKNOWN : formatUs(recent.useP99),
    recent === undefined ? UNKNOWN : formatCount(failures),
  ];
  return { status, name, cells, failures, isWaiting: gauges.waiting > 0, line: recent?.checkouts ?? [] };
}

/** What is measured of a pool is not measured of each of its endpoints. @param {EndpointFigures} figures @returns {Words} */
function wordsOfEndpoint(figures) {
  const { id: name, active, open, status: kind } = figures;
  const status = kind === 'aside' ? 'down' : kind === 'ok' || kind === 'unlisted' ? 'ok' : 'degraded';
  const cells = ['', endpointWords(figures), `${formatCount(active)} of ${formatCount(open)}`, '', '', ''];
  return { status, name, cells, failures: 0, isWaiting: false, line: [] };
}

function newRow() {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  head.append(element('a'));
  const health = element('td', 'status');
  health.append(element('b'), element('span', 'cause'));
  const line = element('td');
  const sparkline = new Sparkline();
  sparklines.set(row, sparkline);
  line.append(sparkline.element);
  row.append(head, health, ...Array.from({ length: 4 }, () => element('td')), line);
  return row;
}
