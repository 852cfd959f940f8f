import type { ChildProcess } from 'node:child_process';

/** Whether a child can lead a process group of its own, so that a signal reaches its children too. */
export const hasProcessGroups: boolean = process.platform !== 'win32';

const living = new Set<ChildProcess>();

/**
 * Has the child's whole group killed when this process exits, uncaught errors included. Signals are left alone: whoever
 * dies of SIGINT closes the pipes, which a server takes as its end.
 */
export function killAtExit(child: ChildProcess): void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(child);
}

/** Undoes `killAtExit` for a child that is gone; with the last one, the listener on this process goes too. */
export function forget(child: ChildProcess): void {
  if (living.delete(child) && living.size === 0) process.off('exit', killAll);
}

/** Sends a signal to the child and all that it started, the child itself already gone or not; nobody left is no error. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (!hasProcessGroups) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: macOS says so of a group of zombies.
  }
}

function killAll(): void {
  for (const child of living) signalGroup(child, 'SIGKILL');
}
