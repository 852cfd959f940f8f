/** @import { StreamEvents } from '../frame.ts' */

/**
 * Listens to a pool; the browser connects again by itself. Returns what ends it.
 * @param {number} pool
 * @param {{ [Name in keyof StreamEvents]: (data: StreamEvents[Name]) => void }} handlers
 * @param {(link: 'connecting' | 'live' | 'lost') => void} onLink
 * @returns {() => void}
 */
export function listen(pool, handlers, onLink) {
  const source = new EventSource(`/api/stream?pool=${pool}`);
  onLink('connecting');
  source.onopen = () => {
    onLink('live');
  };
  source.onerror = () => {
    onLink('lost');
  };
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (/** @type {MessageEvent<string>} */ { data }) => {
      handle(JSON.parse(data));
    });
  }
  return () => {
    source.close();
  };
}

/**
 * @template T
 * @param {string} path
 * @returns {Promise<T>}
 */
export async function ask(path) {
  const response = await fetch(path);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}
