import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { McpPool } from '../../mcp/mcp-pool.ts';
import type { McpRequest } from '../../mcp/transport/mcp-request.ts';
import type { Schedule } from './arrivals.ts';
import { type Bottleneck, bottleneckOf } from './bottleneck.ts';
import type { Mode } from './run-sample.ts';
import type { Outcome } from './sending.ts';

/** What the evidence has to know of its run. */
interface EvidencePlan {
  readonly mode: Mode;
  readonly request: McpRequest;
  /** How many requests are sent at most; then none are sent besides. */
  readonly requests: number | undefined;
  readonly schedule: Schedule | undefined;
  readonly warmupMs: number;
}

/** So many requests are sent one after another before the load, for so long at most, in milliseconds. */
const ALONE = 5;
const ALONE_MS = 1000;

/** Gathers what speaks for one bottleneck or another, while a run goes on. */
export class RunEvidence {
  readonly #plan: EvidencePlan;
  #since = 0;
  #begunAt = 0;
  #begun: EventLoopUtilization | undefined;
  #ended: EventLoopUtilization | undefined;
  #cpu = process.cpuUsage();
  #cpuShare = 0;
  #aloneMs: number | undefined;
  #pingMs: number | undefined;
  #answers = 0;
  #servedMs = 0;
  #lateMs = 0;
  #looks = 0;
  #full = 0;
  #maxSize = 0;

  constructor(plan: EvidencePlan) {
    this.#plan = plan;
  }

  /** Takes the time of a few requests and pings, one after another. To be called before the load. Never rejects. */
  async lookAlone(pool: McpPool): Promise<void> {
    const { request, requests } = this.#plan;
    if (!this.#isOfPool || requests !== undefined) return;
    this.#pingMs = await median((signal) => pool.client.ping({ signal }));
    this.#aloneMs = await median((signal) => pool.client.request(request as never, { signal }));
  }

  /** The first request is about to be sent. */
  begin(now: number): void {
    this.#since = now + this.#plan.warmupMs;
    this.#begun = performance.eventLoopUtilization();
    this.#begunAt = now;
    this.#cpu = process.cpuUsage();
  }

  /** No more requests are sent. */
  end(): void {
    if (this.#ended !== undefined) return;
    this.#ended = performance.eventLoopUtilization(this.#begun);
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpuShare = (user + system) / 1000 / Math.max(1, performance.now() - this.#begunAt);
  }

  note({ at, servedMs, lateMs }: Outcome): void {
    if (at === undefined || at < this.#since) return;
    this.#answers++;
    this.#servedMs += servedMs ?? 0;
    this.#lateMs += lateMs ?? 0;
  }

  /** Looks at the pool; to be called now and then. */
  look({ active, allowed, waiting }: McpPool['state']): void {
    this.#looks++;
    this.#maxSize = allowed;
    if (active >= allowed && waiting > 0) this.#full++;
  }

  /** What limits the run; `undefined` where it had no pool, or nothing was answered. `latencyMs` is the mean. */
  bottleneck(latencyMs: number): Bottleneck | undefined {
    if (!this.#isOfPool || this.#answers === 0) return undefined;
    return bottleneckOf({
      loopShare: this.#plan.schedule === undefined ? (this.#ended?.utilization ?? 0) : undefined,
      cpuShare: this.#cpuShare,
      lateMs: this.#lateMs / this.#answers,
      latencyMs,
      servedMs: this.#servedMs / this.#answers,
      fullShare: this.#looks === 0 ? 0 : this.#full / this.#looks,
      maxSize: this.#maxSize,
      aloneMs: this.#aloneMs,
      pingMs: this.#pingMs,
    });
  }

  get #isOfPool(): boolean {
    return this.#plan.mode !== 'without pool';
  }
}

/** The median of what a few times took, in milliseconds; `undefined` where one failed or nothing was done in time. */
async function median(act: (signal: AbortSignal) => Promise<unknown>): Promise<number | undefined> {
  const times: number[] = [];
  const until = performance.now() + ALONE_MS;
  while (times.length < ALONE && performance.now() < until) {
    const began = performance.now();
    const isDone = await act(AbortSignal.timeout(Math.ceil(until - began))).then(
      () => true,
      () => false,
    );
    if (!isDone) break;
    times.push(performance.now() - began);
  }
  return times.sort((one, other) => one - other)[Math.floor(times.length / 2)];
}
