import type { Answer, Call } from '../../lib/cluster/call.ts';
import { Owner } from '../../lib/cluster/owner.ts';
import type { Terms } from '../../lib/cluster/terms.ts';
import { Draw } from '../simulation/draw.ts';
import { ScriptModel } from './script-model.ts';

/** What goes wrong, and how often: numbers are times in a hundred, but for those that end in `Ms`. */
export interface Weather {
  readonly lost: number;
  readonly doubled: number;
  readonly latencyMs: number;
  /** How much faster or slower a clock runs than the true time, at most. */
  readonly drift: number;
  /** An owner crashes, or Redis does, or somebody is cut off: each so many times in ten thousand steps. */
  readonly crashes: number;
  readonly restarts: number;
  readonly cuts: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly replicas: number;
  readonly terms: Terms;
  readonly weather: Weather;
}

/** How many steps of the true time make up `ttlMs`. */
const STEPS_IN_TTL = 200;

/** A pool with its owner: its connections open at once, and end a while after the pool is allowed less. */
class Replica {
  held = 0;
  readonly owner: Owner;
  wanted = 0;
  /** Until when nothing of it reaches Redis, nor the other way round. */
  cutUntil = 0;
  /** When it last had what is left without Redis; `undefined`: never. */
  lastShrunkAt: number | undefined;
  readonly #rate: number;
  readonly #closesIn: number;
  #closing: { at: number; count: number }[] = [];

  constructor(id: string, terms: Terms, rate: number, closesIn: number) {
    this.owner = new Owner(id, terms);
    this.#rate = rate;
    this.#closesIn = closesIn;
  }

  /** Its own monotonic clock. */
  clock(now: number): number {
    return 1000 + now * this.#rate;
  }

  /** Connects, and closes, as far as it is allowed and wants to. */
  settle(now: number): void {
    const before = this.held;
    if (this.owner.allowance?.mode === 'shrunk') this.lastShrunkAt = now;
    for (const { at, count } of this.#closing) if (at <= now) this.held -= count;
    this.#closing = this.#closing.filter(({ at }) => at > now);
    const ending = this.#closing.reduce((sum, { count }) => sum + count, 0);
    const up = this.held - ending;
    const target = Math.min(this.wanted, this.owner.allowance?.limit ?? 0);
    if (up > target) this.#closing.push({ at: now + this.#closesIn, count: up - target });
    else if (this.held < target) this.held = target;
    if (this.held !== before) this.owner.want(this.wanted, this.held);
  }

  want(wanted: number): void {
    this.wanted = wanted;
    this.owner.want(wanted, this.held);
  }
}

/** A message that is under way. */
interface Message {
  readonly at: number;
  readonly deliver: () => void;
}

/** Many owners, one Redis, and a network in between that loses, delays and doubles. The true time is in milliseconds. */
export class OwnerSimulation {
  now = 0;
  calls = 0;
  replicas: Replica[] = [];
  redis: ScriptModel;
  readonly #options: SimulationOptions;
  readonly #draw: Draw;
  readonly #redisRate: number;
  #messages: Message[] = [];
  #joined = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#draw = new Draw(options.seed);
    this.#redisRate = this.#rate();
    this.redis = new ScriptModel(options.terms.cap, options.terms.ttlMs);
    for (let i = 0; i < options.replicas; i++) this.replicas.push(this.#newReplica());
  }

  /** How many connections there are. */
  get sum(): number {
    return this.replicas.reduce((sum, { held }) => sum + held, 0);
  }

  get stepMs(): number {
    return this.#options.terms.ttlMs / STEPS_IN_TTL;
  }

  /** The clock of Redis. */
  get redisNow(): number {
    return 5_000_000 + this.now * this.#redisRate;
  }

  /** Passes one step of the time. `isCalm`: nothing goes wrong any more. */
  step(isCalm = false): void {
    this.now += this.stepMs;
    if (!isCalm) this.#mischief();
    const due = this.#messages.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at);
    this.#messages = this.#messages.filter(({ at }) => at > this.now);
    for (const { deliver } of due) deliver();
    for (const replica of this.replicas) this.#look(replica, isCalm);
  }

  #look(replica: Replica, isCalm: boolean): void {
    replica.settle(this.now);
    if (replica.owner.look(replica.clock(this.now))) this.#send(replica, isCalm);
    replica.settle(this.now);
  }

  #send(replica: Replica, isCalm: boolean): void {
    const call = replica.owner.call(replica.clock(this.now));
    this.calls++;
    this.#post(replica, isCalm, () => {
      const answer = this.redis.carryOut(call, Math.floor(this.redisNow));
      this.#post(replica, isCalm, () => this.#answer(replica, call, answer));
    });
  }

  #answer(replica: Replica, call: Call, answer: Answer): void {
    replica.owner.answered(call, answer, replica.clock(this.now));
    replica.settle(this.now);
  }

  /** A message to or from a replica: arrives once, twice, late or never. */
  #post(replica: Replica, isCalm: boolean, deliver: () => void): void {
    const { lost, doubled, latencyMs } = this.#options.weather;
    if (this.now < replica.cutUntil) return;
    if (isCalm) {
      this.#messages.push({ at: this.now + this.stepMs, deliver });
      return;
    }
    if (this.#draw.chance(lost)) return;
    const copies = this.#draw.chance(doubled) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const ms = this.#draw.chance(5) ? 20 * latencyMs : this.#draw.below(latencyMs + 1);
      this.#messages.push({ at: this.now + ms, deliver });
    }
  }

  #mischief(): void {
    const { crashes, restarts, cuts } = this.#options.weather;
    const { cap, ttlMs } = this.#options.terms;
    for (const [i, replica] of this.replicas.entries()) {
      if (this.#draw.below(10_000) < 100) replica.want(this.#draw.below(cap + 3));
      if (this.#draw.below(10_000) < crashes) this.replicas[i] = this.#newReplica();
      if (this.#draw.below(10_000) < cuts) replica.cutUntil = this.now + this.#draw.below(3 * ttlMs);
    }
    if (this.#draw.below(10_000) < restarts) this.redis.restart(Math.floor(this.redisNow));
  }

  #newReplica(): Replica {
    const { terms } = this.#options;
    const closesIn = this.#draw.below(Math.floor(terms.ttlMs / 20));
    const replica = new Replica(`owner ${++this.#joined}`, terms, this.#rate(), closesIn);
    replica.want(this.#draw.below(terms.cap + 3));
    return replica;
  }

  #rate(): number {
    const { drift } = this.#options.weather;
    return 1 + (drift * (this.#draw.below(2001) - 1000)) / 1000;
  }
}
