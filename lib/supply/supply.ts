import type { Subscription } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import type { ConnectFailed, Down, Health, Retire, Up } from '../events/connection-event.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { connectable, isUnreachable, isUnwanted, lookAgainAt, wantsMore } from './sizing/demand.ts';
import { EarlyReplacement } from './sizing/early-replacement.ts';
import { Endpoints } from './endpoints/endpoints.ts';
import { Fleet } from './connections/fleet.ts';
import { type Fault, FleetHealth } from './connections/fleet-health.ts';
import { isHopeless } from './connections/health.ts';
import { everySweep } from './sizing/idle-sweep.ts';
import type { LiveConnection } from './connections/live-connection.ts';
import { Readiness } from './readiness.ts';
import { Retirement } from './sizing/retirement.ts';
import { ReviewSchedule } from './sizing/review-schedule.ts';
import type { SupplyOptions, Waiting } from './supply-parts.ts';
import { helpAt, hasNoEndpointsForGood, unreachableError } from './unreachable.ts';
import { type ConnectionMonitor, connectionMonitor } from './connections/connection-monitor.ts';

/** Opens connections up to what floor and demand ask for, replaces those that die, and closes those too many. */
export class Supply<C> {
  readonly readiness: Readiness;
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: SupplyOptions<C>;
  readonly #waiting: Waiting;
  readonly #breaker: CircuitBreaker;
  readonly #fleet: Fleet<C>;
  readonly #endpoints: Endpoints;
  readonly #retirement: Retirement;
  readonly #replacement: EarlyReplacement;
  readonly #health: FleetHealth<C>;
  readonly #sweeping: Subscription;
  #onEmpty: () => void = () => undefined;
  readonly #reviewing = new ReviewSchedule(this.#review.bind(this));

  constructor(store: Store, inbox: Inbox, options: SupplyOptions<C>, waiting: Waiting) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#waiting = waiting;
    const { connectBackoff: backoff, random, isPermanent, idleTimeoutMs } = options;
    const isWanted = (): boolean => store.current.floor > 0 || store.current.waiting > 0;
    const onChange = this.#circuitChanged.bind(this);
    this.#breaker = new CircuitBreaker({ backoff, random, isPermanent, isWanted, onChange });
    this.#fleet = new Fleet(store, inbox, options, this.#gone.bind(this));
    const close = this.#fleet.close.bind(this.#fleet);
    this.#retirement = new Retirement({ store, inbox, options, close, nudge: this.nudge.bind(this) });
    const left = this.#retirement.retireAll.bind(this.#retirement, 'endpoint');
    this.#endpoints = new Endpoints(store, inbox, options, left);
    this.#replacement = new EarlyReplacement(this.#fleet);
    this.#health = new FleetHealth(store, inbox, {
      fleet: this.#fleet,
      retire: this.#retirement.retire.bind(this.#retirement),
      died: this.#failed.bind(this),
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

  /** A connection came up, which has been told: it is looked after from now on. */
  connectionUp({ slot, connection }: Up): void {
    this.#breaker.succeed();
    const live = this.#fleet.find(slot, connection);
    // Whoever was told of it may have used it up already, or closed the pool.
    if (live?.closing === false) live.keep(this.#monitor(live, this.#fleet.connections[slot] as C));
    this.#waiting.serve();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retirement.retire(slot, 'maxUses');
    this.nudge();
  }

  /** A connection failed to come up, or died by itself, which has been committed. */
  connectionEnded({ connection, endpoint }: ConnectFailed | Down): void {
    const { error, ageMs } = this.#fleet.endingOf(connection) ?? {};
    this.#failed(error, endpoint, ageMs);
  }

  /** A check has ended, or work that counts as one, which has been told. */
  healthTold({ slot, healthy }: Health): void {
    const { connections, unhealthyAfter } = this.#store.current;
    const record = connections.get(slot);
    if (!healthy) this.#endpoints.failed(record?.endpoint);
    if (!healthy && isHopeless(record, unhealthyAfter)) this.#retirement.retire(slot, 'unhealthy');
    // A check that failed may have kept a connection from whoever waits that is well enough all the same.
    this.#waiting.serve();
    this.nudge();
  }

  /** A connection was retired, which has been told: it is closed once nobody holds it. */
  retired(event: Retire): void {
    this.#retirement.retired(event);
  }

  /** Why this connection has just died; `undefined` once that has been told. */
  causeOf(connection: number): unknown {
    return this.#fleet.endingOf(connection)?.error;
  }

  /**
   * The pool is being closed: gives up what is connecting, closes what is idle, and the rest as it comes back. `onEmpty` is
   * called when nothing is left, perhaps more than once.
   */
  drain(onEmpty: () => void): void {
    this.#onEmpty = onEmpty;
    this.#breaker.stop();
    this.#sweeping.unsubscribe();
    this.#reviewing.stop();
    this.#endpoints.stop();
    this.#retirement.retireAll('drain');
    this.readiness.look();
    this.#lookWhetherEmpty();
  }

  /** Closes the connection on this slot, whoever has it. */
  close(slot: number): void {
    this.#fleet.close(slot);
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
    if (this.#store.current.hasPins) this.#waiting.serve();
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
    this.#waiting.refuse(failure, helpAt(this.#store.current, this.#breaker.isPermanent));
  }

  #monitor(live: LiveConnection<C>, value: C): ConnectionMonitor {
    const { id: connection, slot, upAt, place } = live;
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    return connectionMonitor(value, this.#options, record, {
      ...this.#health.listenerOf(slot, connection),
      noticed: ({ note, retire }) => {
        this.#inbox.send({ type: 'notice', connection, slot, note });
        // One that is unfit as soon as it is up would be replaced without end.
        if (retire === true && this.#retirement.retire(slot, 'notice'))
          this.#failed(new Error(note), place.endpoint, performance.now() - upAt);
      },
      aged: this.#retirement.retire.bind(this.#retirement, slot, 'maxLifetime'),
    });
  }

  #failed(error: unknown, endpoint: string | undefined, ageMs?: number): void {
    if (this.#endpoints.failed(endpoint)) this.#breaker.failed(error, ageMs);
    this.nudge();
  }

  #gone(): void {
    if (this.#store.current.phase === 'open') this.nudge();
    else this.#lookWhetherEmpty();
  }

  #circuitChanged(circuit: CircuitStatus, retryAt: number): void {
    this.#inbox.send({ type: 'circuit', circuit, retryAt });
  }

  #lookWhetherEmpty(): void {
    if (this.#store.current.size === 0 && this.#fleet.alive === 0) this.#onEmpty();
  }
}
