/** @import { Model } from './model.js' */

/** What the address of the page names: a pool, and a moment in milliseconds of the wall clock. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const [pool, at] = [Number(query.get('pool')), Date.parse(query.get('at') ?? '')];
  return { pool: query.has('pool') ? pool : undefined, at: Number.isNaN(at) ? undefined : at };
}

/** Has the address name what is shown, so that it can be sent to somebody. @param {Model} model */
export function writeAddress({ told, past }) {
  const at = past && new Date(Math.ceil(told.timeOrigin + past.at)).toISOString();
  const query = at === undefined ? `?pool=${told.pool}` : `?pool=${told.pool}&at=${at}`;
  if (location.search !== query) history.replaceState(null, '', query);
}
