import { setImmediate } from 'node:timers/promises';

/** What is on the heap and in use. Needs `--expose-gc`. */
export async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await setImmediate();
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}
