import type { ReconnectionScheduler } from '@modelcontextprotocol/client';

/** However soon or late a server wants to be asked again for the rest of a stream, it is between these, in milliseconds. */
const SOONEST_MS = 100;
const LATEST_MS = 30_000;

/** Schedules what the SDK wants to schedule, within bounds: a server may say 0, or what a timer takes for 1. */
export const reconnectionScheduler: ReconnectionScheduler = (reconnect, delay) => {
  const timer = setTimeout(reconnect, Math.min(Math.max(delay, SOONEST_MS), LATEST_MS));
  return () => {
    clearTimeout(timer);
  };
};
