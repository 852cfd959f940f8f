/** @import { PoolSummary } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { healthWords } from '../shared/health-words.js';
import { byId, element, setText } from './dom.js';
import { formatClock } from './wall-clock.js';

const select = /** @type {HTMLSelectElement} */ (byId('pool'));

/**
 * Which pools there are, and whether there is something to be seen of all of them.
 * @param {readonly PoolSummary[]} pools @param {number | undefined} current @param {boolean} hasOverview
 */
export function showPools(pools, current, hasOverview) {
  byId('chooser').hidden = !hasOverview;
  const all = element('option', '', 'All pools');
  all.value = '';
  all.selected = current === undefined;
  select.replaceChildren(
    ...(hasOverview ? [all] : []),
    ...pools.map(({ id, name }) => {
      const option = element(
        'option',
        '',
        pools.some((other) => other.id !== id && other.name === name) ? `${name} (${id})` : name,
      );
      option.value = String(id);
      option.selected = id === current;
      return option;
    }),
  );
}

/** Calls `choose` with the pool that somebody wants to see; `undefined` for all of them. @param {(pool: number | undefined) => void} choose */
export function onPool(choose) {
  select.addEventListener('change', () => choose(select.value === '' ? undefined : Number(select.value)));
}

/** The name of the pool, and what is not ordinary about it. @param {Model} model */
export function showFacts({ told: { name }, shown: { gauges } }) {
  setText(byId('name'), name);
  if (gauges === undefined) return;
  const facts = [
    gauges.strategy,
    gauges.maxLeasesPerConnection > 1 ? `${gauges.maxLeasesPerConnection} leases each` : '',
  ];
  if (gauges.phase !== 'open') facts.push(gauges.phase);
  setText(byId('facts'), facts.filter(Boolean).join(' · '));
}

/** How well the pool can serve, above everything else; in the title of the tab while it is not well. @param {Model} model */
export function showHealth({ told, shown: { gauges, at } }) {
  const health = gauges?.health;
  byId('health').hidden = health === undefined;
  if (health === undefined) return;
  const { status, sentence } = healthWords(health, at);
  byId('health').dataset['status'] = health.status;
  const since = health.status === 'ok' ? '' : `, since ${formatClock(told.timeOrigin + health.since)}`;
  setText(byId('health-status'), `${status}${since}`);
  setText(byId('health-sentence'), sentence);
  // The tab tells of now, also while the past is looked at.
  const now = told.gauges?.health ?? health;
  const title = now.status === 'ok' ? told.name : `${now.status}: ${told.name}: ${now.cause}`;
  if (document.title !== title) document.title = title;
}
