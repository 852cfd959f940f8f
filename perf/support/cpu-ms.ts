/**
 * The processor time of this process, in milliseconds; with its threads, so nobody else in it may be busy. For what never
 * sleeps it is what the clock on the wall shows on an idle machine, plus the help with the garbage. On a busy one the clock
 * on the wall also counts the turns of other programs, and charges them to whichever row was running; this one does not.
 * Exact to a microsecond or two, for about one.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
