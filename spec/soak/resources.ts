import { readFileSync, readdirSync } from 'node:fs';
import { until } from '../support/until.ts';

/** What this process holds of the system's. */
export interface Resources {
  readonly descriptors: number;
  readonly children: number;
  /** What keeps the event loop busy: timers, sockets, pipes, by kind. */
  readonly handles: string;
}

/** What is held now; Linux only. */
export function resourcesNow(): Resources {
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    children: childrenNow().length,
    handles: process.getActiveResourcesInfo().sort().join(' '),
  };
}

/** The processes that this one has started. */
export function childrenNow(): number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Resolves with what is held when the last handles are closed, which takes a turn or two of the event loop. */
export async function resourcesAtRest(): Promise<Resources> {
  await until(() => !/CloseReq|ProcessWrap/.test(resourcesNow().handles)).catch(() => undefined);
  return resourcesNow();
}

/** Resolves with what is held when it is no more than `before`, or after five seconds with what is left over. */
export async function resourcesBackTo(before: Resources): Promise<Resources> {
  await until(() => isBack(resourcesNow(), before)).catch(() => undefined);
  return resourcesNow();
}

/** Whether nothing is left that was not there before. */
export function isBack(now: Resources, before: Resources): boolean {
  return now.descriptors <= before.descriptors && now.children <= before.children && now.handles === before.handles;
}
