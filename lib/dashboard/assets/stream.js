/** @import { Failure, HistoryPoint, PoolList, SecondList, StreamEvents, WhyAnswer } from '../protocol.ts' */

/**
 * Listens to a pool; the browser connects again by itself. Returns what ends it.
 * @param {number} pool
 * @param {{ [Name in keyof StreamEvents]: (data: StreamEvents[Name]) => void }} handlers
 * @param {(link: 'connecting' | 'live' | 'lost') => void} onLink
 * @param {() => void} onClosed
 * @returns {() => void}
 */
export function listen(pool, handlers, onLink, onClosed) {
  const source = new EventSource(`api/stream?pool=${pool}`);
  onLink('connecting');
  source.onopen = () => {
    onLink('live');
  };
  source.onerror = () => {
    onLink('lost');
    // It was refused, not cut: the browser does not try again.
    if (source.readyState === EventSource.CLOSED) onClosed();
  };
  for (const [name, handle] of /** @type {[string, (data: unknown) => void][]} */ (Object.entries(handlers))) {
    source.addEventListener(name, (/** @type {MessageEvent<string>} */ { data }) => {
      handle(JSON.parse(data));
    });
  }
  return () => {
    source.close();
  };
}

/** @returns {Promise<PoolList>} */
export async function askPools() {
  return /** @type {PoolList} */ (await ask('api/pools'));
}

/** @param {number} pool @param {string} what @param {number} id @returns {Promise<WhyAnswer>} */
export async function askWhy(pool, what, id) {
  return /** @type {WhyAnswer} */ (await ask(`api/why?pool=${pool}&${what}=${id}`));
}

/**
 * A moment that is asked for: a version, the next one after a version, or an instant of the pool's clock.
 * @typedef {{ version: number } | { after: number } | { at: number }} Moment
 */

/** @param {number} pool @param {Moment} moment @returns {Promise<HistoryPoint>} */
export async function askPast(pool, moment) {
  const [[what, value]] = /** @type {[[string, number]]} */ (Object.entries(moment));
  return /** @type {HistoryPoint} */ (await ask(`api/history?pool=${pool}&${what}=${value}`));
}

/** @param {number} pool @returns {Promise<SecondList>} */
export async function askSeconds(pool) {
  return /** @type {SecondList} */ (await ask(`api/seconds?pool=${pool}`));
}

/** @param {string} path @returns {Promise<unknown>} */
async function ask(path) {
  const response = await fetch(path);
  const answer = /** @type {unknown} */ (await response.json());
  if (response.ok) return answer;
  throw new Error(/** @type {Failure} */ (answer).error);
}
