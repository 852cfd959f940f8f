/** @import { TimeTravel } from './time-travel.js' */
import { byId } from './dom.js';

/**
 * The keys that work wherever somebody is, but for where they type.
 * @param {TimeTravel} travel
 * @param {() => void} onGo
 */
export function listenToKeys(travel, onGo) {
  const help = /** @type {HTMLDialogElement} */ (byId('keys'));
  byId('help').addEventListener('click', () => help.showModal());
  /** @type {Readonly<Record<string, () => void>>} */
  const keys = {
    '[': () => travel.step(-1),
    ']': () => travel.step(1),
    Escape: () => travel.live(),
    '?': () => help.showModal(),
    '/': () => byId('filter').focus(),
    g: onGo,
  };
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const isTyping = target instanceof HTMLInputElement && (target.type === 'search' || target.type === 'text');
    if (isTyping || ctrlKey || metaKey || altKey || document.querySelector('dialog[open]') !== null) return;
    const act = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (act === undefined) return;
    // What is typed next is not to begin with this key.
    event.preventDefault();
    act();
  });
}
