import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; rejects when it does not within `ms` milliseconds. For the real world only. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 5000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${condition.toString()}`);
    await sleep(5);
  }
}
