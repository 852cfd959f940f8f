/**
 * The processor time of this process, in milliseconds. For what never sleeps it is what the clock on the wall shows on an
 * idle machine, plus the help with the garbage; on a busy one it leaves out the turns of other programs.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
