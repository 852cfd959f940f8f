import { formatCount, formatMs } from '../../dashboard/shared/format.ts';

/** What was measured of a run besides its latencies. Times are in milliseconds, shares between 0 and 1. */
export interface Evidence {
  /** How much of the time the event loop of this program was busy; `undefined` in an open loop, which is never at rest. */
  readonly loopShare: number | undefined;
  /** How much of the time this program had a processor; several threads may make it more than 1. */
  readonly cpuShare: number;
  /** How late requests were sent on average; 0 in a closed loop. */
  readonly lateMs: number;
  /** The mean latency. */
  readonly latencyMs: number;
  /** How long the server took on average, once there was a connection. */
  readonly servedMs: number;
  /** In how much of the time every connection there may be was leased and somebody waited. */
  readonly fullShare: number;
  /** How many connections there may be. */
  readonly maxSize: number;
  /** How long a single request took before the load, with nothing else under way; `undefined` where it failed. */
  readonly aloneMs: number | undefined;
  /** How long a ping took then; `undefined` where it was not answered. */
  readonly pingMs: number | undefined;
}

/** What keeps the figures from being better, and what speaks for it. */
export interface Bottleneck {
  readonly what: 'client' | 'machine' | 'server' | 'pool size' | 'wire' | 'none';
  /** The reason in a sentence for people. */
  readonly because: string;
}

/** From here on the loop counts as busy all the time. */
const BUSY_SHARE = 0.9;
/** A loop that is busy, and has a processor for less of the time than this, waits for one. */
const STARVED_SHARE = 0.5;
/** Who sends so late on average, in milliseconds, does not keep up, however long the answers take. */
const LATE_MS = 100;
/** So much of the latency is a lot. */
const LARGE_SHARE = 0.3;
/** The pool counts as full if it is so in half of the time. */
const OFTEN = 0.5;
/** A server that takes so many times as long under load as alone is at its limit. */
const SLOWED = 1.5;

/**
 * Names what limits a run. In this order: this program, if its event loop is busy all the time or it sends late, or the
 * machine, if that loop hardly gets a processor; then,
 * where requests wait for connections, the server if it has become slower under load, else the size of the pool; where
 * none wait, the server if it has become slower, the wire if a ping takes most of the time of a request, else nothing.
 */
export function bottleneckOf(evidence: Evidence): Bottleneck {
  const { loopShare, cpuShare, lateMs, latencyMs, servedMs, fullShare, maxSize } = evidence;
  if (lateMs > Math.min(LATE_MS, LARGE_SHARE * latencyMs)) {
    return { what: 'client', because: `this program sent its requests ${formatMs(lateMs)} late on average.` };
  }
  if (loopShare !== undefined && loopShare >= BUSY_SHARE) {
    if (cpuShare < STARVED_SHARE) return starved(loopShare, cpuShare);
    return { what: 'client', because: `the event loop of this program was busy ${percent(loopShare)} of the time.` };
  }
  const waitShare = latencyMs === 0 ? 0 : 1 - servedMs / latencyMs;
  const isSlowed = slowing(evidence) >= SLOWED;
  if (waitShare > LARGE_SHARE && fullShare > OFTEN) {
    const full = `all ${formatCount(maxSize)} connections were in use ${percent(fullShare)} of the time, and a request spent ${percent(waitShare)} of its time waiting for one`;
    if (isSlowed)
      return { what: 'server', because: `${full}; but ${slowedText(evidence)}, so that more would not help.` };
    return { what: 'pool size', because: `${full}${aloneText(evidence)}.` };
  }
  if (isSlowed) return { what: 'server', because: `${slowedText(evidence)}.` };
  return unloaded(evidence);
}

function starved(loopShare: number, cpuShare: number): Bottleneck {
  const busy = `the event loop of this program was busy ${percent(loopShare)} of the time`;
  return { what: 'machine', because: `${busy}, but had a processor in ${percent(cpuShare)} of it only.` };
}

function unloaded({ pingMs, servedMs, loopShare }: Evidence): Bottleneck {
  const busy = loopShare === undefined ? '' : `, and this program was busy ${percent(loopShare)} of the time`;
  if (pingMs !== undefined && pingMs > servedMs / 2) {
    return {
      what: 'wire',
      because: `a ping alone takes ${formatMs(pingMs)} of the ${formatMs(servedMs)} of a request.`,
    };
  }
  return {
    what: 'none',
    because: `requests hardly wait${busy}: the ${formatMs(servedMs)} of a request are the server's own work.`,
  };
}

function slowing({ aloneMs, servedMs }: Evidence): number {
  return aloneMs === undefined || aloneMs === 0 ? 0 : servedMs / aloneMs;
}

function slowedText({ aloneMs = 0, servedMs }: Evidence): string {
  return `the server takes ${formatMs(servedMs)} under load and ${formatMs(aloneMs)} alone`;
}

function aloneText({ aloneMs, servedMs }: Evidence): string {
  return aloneMs === undefined ? '' : `; the server takes ${formatMs(servedMs)}, and ${formatMs(aloneMs)} alone`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
