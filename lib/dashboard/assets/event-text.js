/** @import { PoolEvent } from '../../events/pool-event.ts' */
import { formatMs } from './format.js';

/** The kinds that events are filtered by; what is of none of them is of the pool. */
export const kinds = /** @type {const} */ ({
  leases: ['checkout', 'checkin', 'destroy', 'invalidCheckin', 'leak'],
  queue: ['wait', 'leave', 'refuse'],
  connections: ['connecting', 'up', 'connectFailed', 'down', 'retire', 'removed', 'notice', 'circuit'],
  health: ['health'],
  endpoints: [
    'endpointListed',
    'endpointUnlisted',
    'endpointSetAside',
    'endpointBack',
    'endpointsFailed',
    'resting',
    'rested',
  ],
  pool: ['opened', 'resize', 'sweep', 'strategyFailed', 'drain', 'closed'],
});

/** @typedef {keyof typeof kinds} Kind */

/** @type {Map<string, Kind>} */
const kindByType = new Map(
  Object.entries(kinds).flatMap(([kind, types]) => types.map((type) => [type, /** @type {Kind} */ (kind)])),
);

/** What asks for attention. */
const bad = new Set([
  'connectFailed',
  'down',
  'refuse',
  'leak',
  'invalidCheckin',
  'strategyFailed',
  'endpointsFailed',
  'endpointSetAside',
]);

/** @param {PoolEvent} event @returns {Kind} */
export function kindOf({ type }) {
  return kindByType.get(type) ?? 'pool';
}

/** @param {PoolEvent} event */
export function isBad(event) {
  if (event.type === 'health') return !event.healthy;
  if (event.type === 'leave') return event.reason !== 'cancelled';
  if (event.type === 'circuit') return event.circuit === 'open';
  return bad.has(event.type);
}

/** What an event tells besides its type, in a line. @param {PoolEvent} event @returns {string} */
export function detailOf(event) {
  const { connection, ...rest } = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (event));
  return Object.entries({ connection: connection ?? null, ...rest })
    .filter(([name]) => !['type', 'at', 'version', 'slot', 'seed', 'stack'].includes(name))
    .flatMap(([name, value]) => partOf(name, value))
    .join(' · ');
}

/** Told without their names. */
const plain = new Set(['circuit', 'reason', 'error', 'note']);

/** @param {string} name @param {unknown} value @returns {string[]} */
function partOf(name, value) {
  if (value === null || value === '' || name === 'retryAt' || name === 'until') return [];
  if (typeof value === 'object') return Object.entries(value).map(([key, text]) => `${key} ${String(text)}`);
  if (typeof value === 'boolean') return [value ? wordsOf(name) : `not ${wordsOf(name)}`];
  if (typeof value === 'string') return [plain.has(name) ? value : `${wordsOf(name)} ${value}`];
  if (typeof value !== 'number' || (name === 'priority' && value === 0)) return [];
  return [name.endsWith('Ms') ? `${wordsOf(name.slice(0, -2))} ${formatMs(value)}` : `${wordsOf(name)} ${value}`];
}

/** `maxSize` as people write it. @param {string} name */
export function wordsOf(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
