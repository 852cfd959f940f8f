import type { Subscription } from 'rxjs';
import { connectFailedError } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Retire } from '../events/connection-event.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import { stamp } from '../stamp.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { attemptsOf, isUnreachable, isUnwanted, lookAgainAt, mayRetire, surplusSlots, wantsMore } from './demand.ts';
import { Fleet } from './fleet.ts';
import { type HealthOutcome, isHopeless } from './health.ts';
import { everySweep, unneededSlots } from './idle-sweep.ts';
import type { LiveConnection } from './live-connection.ts';
import { Readiness } from './readiness.ts';
import { Reviewing } from './reviewing.ts';
import type { SupplyListener, SupplyOptions } from './supply-parts.ts';
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
    this.readiness = new Readiness(store, () => this.#breaker.cause);
    this.#sweeping = everySweep(idleTimeoutMs, this.#sweep.bind(this));
  }

  /** The live connections, by slot; only those that are up. */
  get connections(): readonly (C | undefined)[] {
    return this.#fleet.connections;
  }

  /** Why the circuit is not closed. */
  get lastError(): unknown {
    return this.#breaker.cause;
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
    const { connections, surplus, waiting } = this.#store.current;
    // A use that took longer than thought may justify one more connection.
    if (waiting > 0) this.wanted();
    const record = connections.get(slot);
    if (record === undefined) return;
    const { status, leases, requestCount } = record;
    if (status === 'closing') this.#endWhenFree(slot, leases);
    else if (this.#options.maxUses > 0 && requestCount >= this.#options.maxUses) this.#retire(slot, 'maxUses');
    else if (surplus > 0 && waiting === 0 && status === 'idle') this.#retire(slot, 'resize');
  }

  /** A check of the connection on this slot has ended, or a request that counts as one. */
  checked(slot: number, connection: number, { healthy, error }: HealthOutcome): void {
    this.#inbox.send({ type: 'health', connection, slot, healthy, error, ...stamp(this.#store) });
    const { connections, unhealthyAfter } = this.#store.current;
    if (healthy) this.#listener.available();
    else if (isHopeless(connections.get(slot), unhealthyAfter)) this.#retire(slot, 'unhealthy');
    // Whoever waits may be in need of another one.
    this.nudge();
  }

  /** The pool is being closed: gives up what is connecting, closes what is idle, and the rest as it comes back. */
  drain(): void {
    this.#breaker.stop();
    this.#sweeping.unsubscribe();
    this.#reviewing.stop();
    for (const { slot, status } of [...this.#store.current.connections]) {
      if (status === 'connecting') this.#fleet.close(slot);
      else this.#retire(slot, 'drain');
    }
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
    for (const slot of surplusSlots(this.#store.current)) this.#retire(slot, 'resize');
    while (wantsMore(this.#store.current, maxConnecting, performance.now())) this.#fleet.open();
    this.#tellUnreachable();
    this.readiness.look();
    return lookAgainAt(this.#store.current, maxConnecting);
  }

  #tellUnreachable(): void {
    if (!isUnreachable(this.#store.current)) return;
    const { cause, isPermanent } = this.#breaker;
    const failure = connectFailedError(attemptsOf(this.#store.current, performance.now()), cause);
    this.#listener.unreachable(failure, isPermanent ? Infinity : this.#store.current.retryAt);
  }

  #up(live: LiveConnection<C>, value: C): void {
    const { id, slot } = live;
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    // Whoever was told of it may have used it up already, or closed the pool.
    this.#breaker.succeed();
    if (!live.closing) live.subscriptions.add(upkeepOf(value, this.#options, record, this.#upkeep(slot, id)));
    this.#listener.available();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retire(slot, 'maxUses');
    this.nudge();
  }

  #upkeep(slot: number, connection: number): UpkeepListener {
    return {
      checked: this.checked.bind(this, slot, connection),
      noticed: ({ note, retire }) => {
        this.#inbox.send({ type: 'notice', connection, slot, note, ...stamp(this.#store) });
        if (retire === true) this.#retire(slot, 'notice');
      },
      aged: this.#retire.bind(this, slot, 'maxLifetime'),
    };
  }

  #failed(error: unknown): void {
    this.#breaker.fail(error);
    this.nudge();
  }

  #down(slot: number, ageMs: number, error: unknown): void {
    this.#listener.lost(slot, 'down', error);
    this.#breaker.die(ageMs, error);
    this.nudge();
  }

  #gone(): void {
    if (this.#store.current.phase === 'open') this.nudge();
    else this.#lookWhetherEmpty();
  }

  #retire(slot: number, reason: Retire['reason']): void {
    const record = this.#store.current.connections.get(slot);
    if (record === undefined || !mayRetire(this.#store.current, record, reason)) return;
    const { id, leases } = record;
    this.#inbox.send({ type: 'retire', connection: id, slot, reason, ...stamp(this.#store) });
    if (leases > 0) this.#listener.retiring(slot, reason);
    this.#endWhenFree(slot, leases);
  }

  /** Closes a connection that is in nobody's hands. The floor counts it no longer, however long others keep it. */
  #endWhenFree(slot: number, leases: number): void {
    if (leases === 0) this.#fleet.close(slot);
    this.nudge();
  }

  #sweep(): void {
    for (const slot of unneededSlots(this.#store.current)) this.#retire(slot, 'idle');
    this.#inbox.send({ type: 'sweep', ...stamp(this.#store) });
  }

  #circuitChanged(circuit: CircuitStatus, retryAt: number): void {
    this.#inbox.send({ type: 'circuit', circuit, retryAt, ...stamp(this.#store) });
    this.nudge();
  }

  #lookWhetherEmpty(): void {
    if (this.#store.current.size === 0 && this.#fleet.alive === 0) this.#listener.empty();
  }
}
