import type { Subscription } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { connectable, isUnreachable, isUnwanted, lookAgainAt, wantsMore } from './sizing/demand.ts';
import { EarlyReplacement } from './sizing/early-replacement.ts';
import { Endpoints } from './endpoints/endpoints.ts';
import { Fleet } from './connections/fleet.ts';
import { type Fault, FleetHealth } from './connections/fleet-health.ts';
import { everySweep } from './sizing/idle-sweep.ts';
import type { LiveConnection } from './connections/live-connection.ts';
import { Readiness } from './readiness.ts';
import { Retirement } from './sizing/retirement.ts';
import { ReviewSchedule } from './sizing/review-schedule.ts';
import type { SupplyListener, SupplyOptions } from './supply-parts.ts';
import { helpAt, hasNoEndpointsForGood, unreachableError } from './unreachable.ts';
import { type ConnectionMonitorListener, connectionMonitor } from './connections/connection-monitor.ts';

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
  readonly #replacement: EarlyReplacement;
  readonly #health: FleetHealth<C>;
  readonly #sweeping: Subscription;
  readonly #reviewing = new ReviewSchedule(this.#review.bind(this));

  constructor(store: Store, inbox: Inbox, options: SupplyOptions<C>, listener: SupplyListener) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#listener = listener;
    const { connectBackoff: backoff, random, isPermanent, idleTimeoutMs } = options;
    const isWanted = (): boolean => store.current.floor > 0 || store.current.waiting > 0;
    const onChange = this.#circuitChanged.bind(this);
    this.#breaker = new CircuitBreaker({ backoff, random, isPermanent, isWanted, onChange });
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
      changed: () => {
        listener.available();
        this.nudge();
      },
    });
    this.#replacement = new EarlyReplacement(this.#fleet);
    this.#health = new FleetHealth(store, inbox, {
      fleet: this.#fleet,
      well: listener.available.bind(listener),
      unwell: (endpoint) => this.#endpoints.failed(endpoint),
      retire: this.#retirement.retire.bind(this.#retirement),
      died: this.#failed.bind(this),
      told: nudge,
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
    return hasNoEndpointsForGood(this.#store.current) ? this.#endpoints.cause : this.#breaker.cause;
  }

  /** What a connection that is not up yet has said of itself so far. */
  get saidSoFar(): string | undefined {
    return this.#fleet.saidSoFar;
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

  /** How many of those who wait the connects that are under way, or may begin now, can serve. */
  connectable(): number {
    return connectable(this.#store.current, this.#options.maxConnecting);
  }

  /** One attempt shows whether connecting works again, without waiting for the delay. */
  retry(): void {
    this.#breaker.retry();
  }

  /** Somebody waits. */
  wanted(): void {
    this.#breaker.hold();
    this.#reconsider();
  }

  /** How many connections are being checked by what is broken off when they are leased. */
  get checking(): number {
    return this.#health.checking;
  }

  /** Whether the connection on this slot is checked now and then. */
  isChecked(slot: number): boolean {
    return this.#fleet.healthOf(slot) !== undefined;
  }

  /** A lease has begun on this slot. */
  leased(slot: number): void {
    this.#health.leased(slot);
  }

  /** A lease on this slot has ended; `isWell`: nothing is said against its connection. */
  returned(slot: number, connection: number, isWell: boolean): void {
    if (this.#replacement.isUnderWay) this.#replacement.served(connection, isWell);
    // A use that took longer than thought may justify one more connection.
    if (this.#store.current.waiting > 0) this.#reconsider();
    this.#retirement.returned(slot);
  }

  /** The work of that lease failed; told before that it has ended. */
  failed(slot: number, connection: number, fault: Fault): void {
    this.#health.workFailed(slot, connection, fault);
    if (fault.restMs > 0) this.#endpoints.rest(slot, fault.restMs);
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

  /** Somebody waits whom a place in the pool may help. */
  #reconsider(): void {
    const { size, maxSize, unhealthy } = this.#store.current;
    if (size < maxSize || unhealthy > 0) this.nudge();
  }

  /** Returns when to look again. */
  #review(): number {
    const { maxConnecting } = this.#options;
    // A key whose connection has ended may have one that is there already.
    if (this.#store.current.hasPins) this.#listener.available();
    this.#retirement.retireSurplus();
    this.#makeRoom();
    while (wantsMore(this.#store.current, maxConnecting, performance.now())) {
      this.#fleet.open(this.#endpoints.next());
    }
    this.#tellUnreachable();
    this.readiness.look();
    return lookAgainAt(this.#store.current, maxConnecting, performance.now());
  }

  /** An unhealthy connection makes room for a new one. */
  #makeRoom(): void {
    const going = this.#replacement.next(this.#store.current);
    if (going === undefined) return;
    const isOneTooMany = this.#replacement.began();
    this.#retirement.retire(going.slot, 'unhealthy');
    if (isOneTooMany) this.#breaker.fail(new Error('new connections do not answer either'));
  }

  #tellUnreachable(): void {
    if (!isUnreachable(this.#store.current)) return;
    const failure = unreachableError(this.#store.current, this.lastError, performance.now());
    this.#listener.unreachable(failure, helpAt(this.#store.current, this.#breaker.isPermanent));
  }

  #up(live: LiveConnection<C>, value: C): void {
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(live.slot);
    // Whoever was told of it may have used it up already, or closed the pool.
    this.#breaker.succeed();
    if (!live.closing) live.keep(connectionMonitor(value, this.#options, record, this.#upkeep(live)));
    this.#listener.available();
    if (isUnwanted(this.#store.current, live.slot, this.#options.maxUses))
      this.#retirement.retire(live.slot, 'maxUses');
    this.nudge();
  }

  #upkeep({ id: connection, slot, upAt, place }: LiveConnection<C>): ConnectionMonitorListener {
    return {
      ...this.#health.listenerOf(slot, connection),
      noticed: ({ note, retire }) => {
        this.#inbox.send({ type: 'notice', connection, slot, note });
        // One that is unfit as soon as it is up would be replaced without end.
        if (retire === true && this.#retirement.retire(slot, 'notice'))
          this.#failed(new Error(note), place.endpoint, performance.now() - upAt);
      },
      aged: this.#retirement.retire.bind(this.#retirement, slot, 'maxLifetime'),
    };
  }

  #failed(error: unknown, endpoint: string | undefined, ageMs?: number): void {
    if (this.#endpoints.failed(endpoint)) this.#breaker.failed(error, ageMs);
    this.nudge();
  }

  #down(slot: number, ageMs: number, error: unknown, endpoint: string | undefined): void {
    this.#listener.lost(slot, 'down', error);
    this.#failed(error, endpoint, ageMs);
  }

  #gone(): void {
    if (this.#store.current.phase === 'open') this.nudge();
    else this.#lookWhetherEmpty();
  }

  #circuitChanged(circuit: CircuitStatus, retryAt: number): void {
    this.#inbox.send({ type: 'circuit', circuit, retryAt });
    this.nudge();
  }

  #lookWhetherEmpty(): void {
    if (this.#store.current.size === 0 && this.#fleet.alive === 0) this.#listener.empty();
  }
}
