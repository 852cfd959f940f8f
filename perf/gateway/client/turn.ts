import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from './endpoint.ts';
import { processCpu } from './process-cpu.ts';
import { RawSession } from './raw-session.ts';

/** How one contender is asked. */
export interface TurnPlan {
  readonly endpoint: Endpoint;
  /** Its process. */
  readonly pid: number;
  /** How many clients ask at once, each with a connection and a session of its own. */
  readonly clients: number;
  /** How long they do so before it counts, in milliseconds. */
  readonly leadInMs: number;
  /** How many answers have to have come by then, where that takes longer: what is not compiled yet tells nothing. */
  readonly leadInRequests?: number;
  /** How long it counts, in milliseconds; longer where not even one answer came for each client. */
  readonly ms: number;
}

/** What one turn came to. */
export interface Turn {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the contender's own process for one request, in microseconds. */
  readonly ownUs: number;
  /** The same of the servers that it has started. */
  readonly serversUs: number;
}

/** Has clients ask for some time in a closed loop: each asks again as soon as it has its answer. */
export async function takeTurn(plan: TurnPlan): Promise<Turn> {
  const { endpoint, pid, clients, leadInMs, leadInRequests = 0, ms } = plan;
  const sessions = await Promise.all(Array.from({ length: clients }, () => RawSession.open(endpoint)));
  const loop = new ClosedLoop(sessions);
  do await sleep(leadInMs);
  while (loop.answers < leadInRequests);
  const before = processCpu(pid);
  loop.beginToCount();
  do await sleep(ms);
  while (loop.latenciesMs.length < clients);
  const tookMs = loop.endToCount();
  const after = processCpu(pid);
  await loop.ended();
  await Promise.all(sessions.map((session) => session.end()));
  const latencies = loop.latenciesMs;
  latencies.sort((a, b) => a - b);
  const requests = latencies.length;
  return {
    perSecond: (1000 * requests) / tookMs,
    p50Ms: latencies[Math.floor(requests / 2)] ?? NaN,
    p99Ms: latencies[Math.floor(requests * 0.99)] ?? NaN,
    ownUs: (after.ownUs - before.ownUs) / requests,
    serversUs: (after.childrenUs - before.childrenUs) / requests,
  };
}

class ClosedLoop {
  /** Of the requests that count. */
  readonly latenciesMs: number[] = [];
  /** All that came, whether they count or not. */
  answers = 0;
  readonly #clients: readonly Promise<void>[];
  #since = 0;
  #isCounted = false;
  #isOver = false;

  constructor(sessions: readonly RawSession[]) {
    this.#clients = sessions.map((session) => this.#asked(session));
  }

  beginToCount(): void {
    this.#isCounted = true;
    this.#since = performance.now();
  }

  /** How long it counted, in milliseconds. */
  endToCount(): number {
    this.#isCounted = false;
    this.#isOver = true;
    return performance.now() - this.#since;
  }

  /** Resolves when all answers are there. */
  async ended(): Promise<void> {
    await Promise.all(this.#clients);
  }

  #asked(session: RawSession): Promise<void> {
    return new Promise((resolve) => {
      let since = performance.now();
      const answered = (): void => {
        const now = performance.now();
        this.answers++;
        if (this.#isCounted) this.latenciesMs.push(now - since);
        since = now;
        if (this.#isOver) resolve();
        else session.call(answered);
      };
      session.call(answered);
    });
  }
}
