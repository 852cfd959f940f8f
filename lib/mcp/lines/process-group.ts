import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from './at-exit.ts';

/** Whether a child can lead a process group of its own, so that a signal reaches its children too. */
export const HAS_PROCESS_GROUPS: boolean = process.platform !== 'win32';

/** How often, and how long at most, it is looked whether a group that was killed is gone, in milliseconds. */
const LOOK_EVERY_MS = 2;
const LOOK_FOR_MS = 100;

const living = new Set<ChildProcess>();

/**
 * Has the child's whole group killed when this process ends: by `exit`, by an uncaught error, or by a signal that nobody
 * else listens to. Who listens decides how to end, and the groups follow at the exit.
 */
export function killAtExit(child: ChildProcess): void {
  atExit().add(killAll);
  living.add(child);
}

/** Undoes `killAtExit` for a child that is gone; with the last one, the listeners on this process go too. */
export function forget(child: ChildProcess): void {
  living.delete(child);
  if (living.size === 0) atExit().delete(killAll);
}

/** Sends a signal to the child and all that it started, the child itself already gone or not; nobody left is no error. */
export function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (!HAS_PROCESS_GROUPS) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: macOS says so of a group of zombies.
  }
}

/**
 * Resolves when nobody is left of the group of a child that has exited. It must have been killed: only those are waited
 * for who are on their way, and not for ever, since in some containers nobody reaps them.
 */
export async function groupGone(child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < LOOK_FOR_MS && isGroupLeft(child); waitedMs += LOOK_EVERY_MS)
    await sleep(LOOK_EVERY_MS);
}

function isGroupLeft({ pid }: ChildProcess): boolean {
  if (pid === undefined || !HAS_PROCESS_GROUPS) return false;
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function killAll(): void {
  for (const child of living) signalGroup(child, 'SIGKILL');
}
