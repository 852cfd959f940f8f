/** @import { PoolSummary } from '../protocol.ts' */
/** @import { Model } from './model.js' */
import { formatMs } from '../shared/format.js';
import { byId, element, setText } from './dom.js';

const select = /** @type {HTMLSelectElement} */ (byId('pool'));

/** Which pools there are. @param {readonly PoolSummary[]} pools @param {number} [current] */
export function showPools(pools, current) {
  byId('chooser').hidden = pools.length < 2;
  select.replaceChildren(
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

/** @param {(pool: number) => void} choose */
export function onPool(choose) {
  select.addEventListener('change', () => {
    choose(Number(select.value));
  });
}

/** @typedef {'connecting' | 'live' | 'lost' | 'gone' | 'none'} Link */

/** @type {Readonly<Record<Link, string>>} */
const links = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost, trying again',
  gone: 'this pool is gone',
  none: 'there is no pool yet',
};

/** @param {Link} link */
export function showLink(link) {
  byId('link').dataset['link'] = link;
  setText(byId('link-text'), links[link]);
}

/** The name of the pool, and what is not ordinary about it. @param {Model} model */
export function showFacts({ told: { name }, shown: { gauges }, now }) {
  setText(byId('name'), name);
  if (document.title !== name) document.title = name;
  if (gauges === undefined) return;
  const facts = [
    gauges.strategy,
    gauges.maxLeasesPerConnection > 1 ? `${gauges.maxLeasesPerConnection} leases each` : '',
  ];
  if (gauges.phase !== 'open') facts.push(gauges.phase);
  if (gauges.circuit === 'open')
    facts.push(`connecting fails, next attempt in ${formatMs(Math.max(0, gauges.retryAt - now))}`);
  if (gauges.circuit === 'halfOpen') facts.push('connecting is tried');
  if (gauges.restingUntil > now) facts.push(`rests for ${formatMs(gauges.restingUntil - now)}`);
  setText(byId('facts'), facts.filter(Boolean).join(' · '));
  byId('facts').classList.toggle('trouble', gauges.circuit !== 'closed' || gauges.restingUntil > now);
}
