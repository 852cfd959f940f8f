/** @type {Intl.DateTimeFormatOptions} */
const seconds = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
const clock = new Intl.DateTimeFormat('en-GB', seconds);
const exactClock = new Intl.DateTimeFormat('en-GB', { ...seconds, fractionalSecondDigits: 3 });

/** An instant as the clock on the wall shows it, where somebody looks: `14:05:09.120`. @param {number} ms */
export function formatWallClock(ms) {
  return exactClock.format(ms);
}

/** The same to the second: `14:05:09`. @param {number} ms */
export function formatClock(ms) {
  return clock.format(ms);
}
