const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** An instant as the clock on the wall shows it, where somebody looks: `14:05:09.120`. @param {number} ms */
export function formatWallClock(ms) {
  return clock.format(ms);
}
