/** @import { Model } from './model.js' */
/** @import { Subject } from './inspector.js' */

/**
 * What the address of the page names besides the pool: a moment and the ends of what the charts are zoomed into, in
 * milliseconds of the wall clock, and who was chosen.
 * @typedef {{ pool: number | undefined, at: number | undefined, zoom: readonly [from: number, to: number] | undefined, subject: Subject | undefined }} Address
 */

/** @returns {Address} */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const [pool, connection, waiter] = ['pool', 'connection', 'waiter'].map((name) => numberIn(query, name));
  const [at, from, to] = ['at', 'from', 'to'].map((name) => instantIn(query, name));
  return {
    pool,
    at,
    zoom: from !== undefined && to !== undefined && from < to ? [from, to] : undefined,
    subject: connection !== undefined ? { connection } : waiter !== undefined ? { waiter } : undefined,
  };
}

/**
 * Has the address name what is shown, so that it can be sent to somebody.
 * @param {Model} model @param {Address['subject']} subject @param {Address['zoom']} zoom
 */
export function writeAddress({ told, past }, subject, zoom) {
  const [from, to] = zoom ?? [];
  const parts = Object.entries({
    pool: told.pool,
    at: past && instant(told.timeOrigin + past.at),
    from: from === undefined ? undefined : instant(from),
    to: to === undefined ? undefined : instant(to),
    ...subject,
  });
  const named = parts.filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${value}`);
  const query = `?${named.join('&')}`;
  if (location.search !== query) history.replaceState(null, '', query);
}

/** @param {number} ms */
function instant(ms) {
  return new Date(Math.ceil(ms)).toISOString();
}

/** @param {URLSearchParams} query @param {string} name */
function numberIn(query, name) {
  return query.has(name) ? Number(query.get(name)) : undefined;
}

/** @param {URLSearchParams} query @param {string} name */
function instantIn(query, name) {
  const ms = Date.parse(query.get(name) ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
