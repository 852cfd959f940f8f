import type { Probe } from './probe.ts';
import { type Spread, spreadOf } from './spread.ts';

const TIMES = 5;
/** No further one is opened after this, in milliseconds. */
const ENOUGH_MS = 15_000;

/** How long opening a connection takes, one after another, each closed before the next. */
export const openingProbe: Probe<Spread> = {
  title: 'opening a few connections',
  withinMs: 60_000,
  run: async (connections, { options }) => {
    // The first one of each pool asks whether the server is a modern one.
    if (options.era === 'modern') await (await connections.open()).close();
    const begunAt = performance.now();
    const durationsMs: number[] = [];
    while (durationsMs.length < TIMES && (durationsMs.length === 0 || performance.now() - begunAt < ENOUGH_MS)) {
      const { openMs, close } = await connections.open();
      durationsMs.push(openMs);
      await close();
    }
    return spreadOf(durationsMs);
  },
};
