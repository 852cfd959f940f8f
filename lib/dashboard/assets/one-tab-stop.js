/**
 * Makes the buttons of a list one stop of the Tab key; arrow keys, Home and End move within it.
 * @param {HTMLElement} list
 */
export function oneTabStop(list) {
  const stops = () => [...list.querySelectorAll('button')];
  const settle = (/** @type {HTMLElement | undefined} */ chosen) => {
    for (const stop of stops()) stop.tabIndex = stop === chosen ? 0 : -1;
  };
  list.addEventListener('focusin', ({ target }) => settle(/** @type {HTMLElement} */ (target)));
  list.addEventListener('keydown', (event) => {
    const all = stops();
    const to = target(event.key, all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement)), all.length);
    if (to === undefined) return;
    event.preventDefault();
    all[to]?.focus();
  });
  // Rows come and go; the first one is the stop where the one that was is gone.
  new MutationObserver(() => {
    if (!stops().some(({ tabIndex }) => tabIndex === 0)) settle(stops()[0]);
  }).observe(list, { childList: true });
}

/** @param {string} key @param {number} at @param {number} count */
function target(key, at, count) {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
