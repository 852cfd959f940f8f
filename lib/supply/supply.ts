import type { Subscription } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import { stamp } from '../stamp.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { isUnreachable, isUnwanted, lookAgainAt, wantsMore } from './demand.ts';
import { Endpoints } from './endpoints.ts';
import { Fleet } from './fleet.ts';
import { type HealthOutcome, isHopeless } from './health.ts';
import { everySweep } from './idle-sweep.ts';
import type { LiveConnection } from './live-connection.ts';
import { Readiness } from './readiness.ts';
import { Retirement } from './retirement.ts';
import { Reviewing } from './reviewing.ts';
import type { SupplyListener, SupplyOptions } from './supply-parts.ts';
import { helpAt, isForsaken, unreachableError } from './unreachable.ts';
import { type UpkeepListener, upkeepOf } from './upkeep.ts';

/** Opens connections up to what floor and demand ask for, replaces those that die, and closes those too many. */
export class Supply<C> {
  readonly readiness: Readiness;
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: SupplyOptions<C>;
  readonly #listener: SupplyListener;
  readonly #breaker: CircuitBreaker;
  readonly #fleet: Fleet<C>;
  readonly #endpoints: Endpoints;
  readonly #retirement: Retirement;
  readonly #sweeping: Subscription;
  readonly #reviewing = new Reviewing(this.#review.bind(this));

  constructor(store: Store, inbox: Inbox, options: SupplyOptions<C>, listener: SupplyListener) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#listener = listener;
    const { connectBackoff: backoff, random, isPermanent, idleTimeoutMs } = options;
    this.#breaker = new CircuitBreaker({ backoff, random, isPermanent, onChange: this.#circuitChanged.bind(this) });
    this.#fleet = new Fleet(store, inbox, options, {
      up: this.#up.bind(this),
      failed: this.#failed.bind(this),
      down: this.#down.bind(this),
      gone: this.#gone.bind(this),
    });
    const close = this.#fleet.close.bind(this.#fleet);
    const nudge = this.nudge.bind(this);
    this.#retirement = new Retirement({ store, inbox, options, listener, close, nudge });
    this.#endpoints = new Endpoints(store, inbox, options, {
      left: this.#retirement.retireAll.bind(this.#retirement, 'endpoint'),
      listed: this.#breaker.retry.bind(this.#breaker),
      changed: this.#serviceChanged.bind(this),
    });
    this.readiness = new Readiness(store, () => this.lastError);
    this.#sweeping = everySweep(idleTimeoutMs, this.#retirement.sweep.bind(this.#retirement));
  }

  /** The live connections, by slot; only those that are up. */
  get connections(): readonly (C | undefined)[] {
    return this.#fleet.connections;
  }

  /** Why the circuit is not closed, or there will be no endpoints. */
  get lastError(): unknown {
    return isForsaken(this.#store.current) ? this.#endpoints.cause : this.#breaker.cause;
  }

  /** Begins; whoever subscribes in the same tick sees the first event. */
  open(): void {
    this.#endpoints.open();
    this.nudge();
  }

  /** Supply or demand may have changed. */
  nudge(): void {
    this.#reviewing.nudge();
  }

  /** Somebody waits. */
  wanted(): void {
    const { size, maxSize } = this.#store.current;
    if (size < maxSize) this.nudge();
  }

  /** A lease on this slot has ended. */
  returned(slot: number): void {
    // A use that took longer than thought may justify one more connection.
    if (this.#store.current.waiting > 0) this.wanted();
    this.#retirement.returned(slot);
  }

  /** Work on this slot found that the server wants a rest of so many milliseconds. */
  rest(slot: number, ms: number): void {
    this.#endpoints.rest(slot, ms);
  }

  /** A check of the connection on this slot has ended, or a request that counts as one. */
  checked(slot: number, connection: number, outcome: HealthOutcome): void {
    this.#inbox.send({ type: 'health', connection, slot, ...outcome, ...stamp(this.#store) });
    const { connections, unhealthyAfter } = this.#store.current;
    const record = connections.get(slot);
    if (outcome.healthy) this.#listener.available();
    else this.#endpoints.failed(record?.endpoint);
    if (!outcome.healthy && isHopeless(record, unhealthyAfter)) this.#retirement.retire(slot, 'unhealthy');
    // Whoever waits may be in need of another one.
    this.nudge();
  }

  /** The pool is being closed: gives up what is connecting, closes what is idle, and the rest as it comes back. */
  drain(): void {
    this.#breaker.stop();
    this.#sweeping.unsubscribe();
    this.#reviewing.stop();
    this.#endpoints.stop();
    this.#retirement.retireAll('drain');
    this.readiness.look();
    this.#lookWhetherEmpty();
  }

  /** Closes what is still leased. */
  force(): void {
    for (const { slot, leases } of [...this.#store.current.connections]) {
      if (leases === 0) continue;
      this.#listener.lost(slot, 'closed', undefined);
      this.#fleet.close(slot);
    }
  }

  /** Returns when to look again. */
  #review(): number {
    const { maxConnecting } = this.#options;
    this.#retirement.retireSurplus();
    while (wantsMore(this.#store.current, maxConnecting, performance.now())) {
      this.#fleet.open(this.#endpoints.next());
    }
    this.#tellUnreachable();
    this.readiness.look();
    return lookAgainAt(this.#store.current, maxConnecting, performance.now());
  }

  #tellUnreachable(): void {
    if (!isUnreachable(this.#store.current)) return;
    const failure = unreachableError(this.#store.current, this.lastError, performance.now());
    this.#listener.unreachable(failure, helpAt(this.#store.current, this.#breaker.isPermanent));
  }

  #up(live: LiveConnection<C>, value: C): void {
    const { id, slot } = live;
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    // Whoever was told of it may have used it up already, or closed the pool.
    this.#breaker.succeed();
    if (!live.closing) live.subscriptions.add(upkeepOf(value, this.#options, record, this.#upkeep(slot, id)));
    this.#listener.available();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retirement.retire(slot, 'maxUses');
    this.nudge();
  }

  #upkeep(slot: number, connection: number): UpkeepListener {
    return {
      checked: this.checked.bind(this, slot, connection),
      noticed: ({ note, retire }) => {
        this.#inbox.send({ type: 'notice', connection, slot, note, ...stamp(this.#store) });
        if (retire === true) this.#retirement.retire(slot, 'notice');
      },
      aged: this.#retirement.retire.bind(this.#retirement, slot, 'maxLifetime'),
    };
  }

  #failed(error: unknown, endpoint: string | undefined): void {
    if (this.#endpoints.failed(endpoint)) this.#breaker.fail(error);
    this.nudge();
  }

  #down(slot: number, ageMs: number, error: unknown, endpoint: string | undefined): void {
    this.#listener.lost(slot, 'down', error);
    if (this.#endpoints.failed(endpoint)) this.#breaker.die(ageMs, error);
    this.nudge();
  }

  #gone(): void {
    if (this.#store.current.phase === 'open') this.nudge();
    else this.#lookWhetherEmpty();
  }

  #serviceChanged(): void {
    this.#listener.available();
    this.nudge();
  }

  #circuitChanged(circuit: CircuitStatus, retryAt: number): void {
    this.#inbox.send({ type: 'circuit', circuit, retryAt, ...stamp(this.#store) });
    this.nudge();
  }

  #lookWhetherEmpty(): void {
    if (this.#store.current.size === 0 && this.#fleet.alive === 0) this.#listener.empty();
  }
}
