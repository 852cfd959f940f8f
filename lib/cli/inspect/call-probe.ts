import type { Probe } from './probe.ts';
import { type Spread, spreadOf } from './spread.ts';
import { CALL_MS, nameOf } from './subject.ts';

/** What a call costs. */
export interface CallCost extends Spread {
  /** What was called. */
  readonly call: string;
  /** How often the tool said that it failed. */
  readonly toolErrors: number;
}

const TIMES = 20;
/** No further one is made after this, in milliseconds. */
const ENOUGH_MS = 5000;

/** How long a call takes on an open connection, one after another, after a first one that does not count. */
export const callProbe: Probe<CallCost> = {
  title: 'making a few calls',
  withinMs: 90_000,
  run: async (connections, { probe, cheap }) => {
    const { call } = await connections.open();
    const request = probe ?? cheap;
    await call(request, CALL_MS);
    const begunAt = performance.now();
    const durationsMs: number[] = [];
    let toolErrors = 0;
    while (durationsMs.length < TIMES && (durationsMs.length === 0 || performance.now() - begunAt < ENOUGH_MS)) {
      const calledAt = performance.now();
      const { isError } = await call(request, CALL_MS);
      durationsMs.push(performance.now() - calledAt);
      if (isError === true) toolErrors++;
    }
    return { call: nameOf(request), toolErrors, ...spreadOf(durationsMs) };
  },
};
