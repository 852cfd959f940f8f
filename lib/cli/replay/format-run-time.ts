/** The time since a log began, in milliseconds, as a clock shows it: `0:12.345`, `1:02:03.000`. */
export function formatRunTime(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1000) % 60].map(Math.floor);
  const rest = `${twoDigits(seconds)}.${String(whole % 1000).padStart(3, '0')}`;
  return hours === 0 ? `${minutes ?? 0}:${rest}` : `${hours ?? 0}:${twoDigits(minutes)}:${rest}`;
}

function twoDigits(value = 0): string {
  return String(value).padStart(2, '0');
}
