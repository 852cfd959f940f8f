import type { Inbox } from '../events/inbox.ts';
import type { ConnectFailed, Down, Health, Retire, Up } from '../events/connection-event.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { isUnreachable, isUnwanted } from './sizing/demand.ts';
import { EarlyReplacement } from './sizing/early-replacement.ts';
import { Endpoints } from './endpoints/endpoints.ts';
import { Fleet } from './connections/fleet.ts';
import type { Fault } from '../base/fault.ts';
import { FleetHealth } from './connections/fleet-health.ts';
import { isHopeless } from './connections/health.ts';
import type { LiveConnection } from './connections/live-connection.ts';
import { Opening } from './sizing/opening.ts';
import { Readiness } from './readiness.ts';
import { Retirement } from './sizing/retirement.ts';
import { ReviewSchedule } from './sizing/review-schedule.ts';
import type { SupplyOptions, QueueCallbacks } from './supply-parts.ts';
import { retryHelpsAt, hasNoEndpointsForGood, unreachableError } from './unreachable.ts';
import { type ConnectionMonitor, connectionMonitor } from './connections/connection-monitor.ts';

/**
 * Decides how many connections there are: opens them for the floor and for demand, replaces those that die, and closes
 * surplus ones.
 */
export class Supply<C> {
  readonly readiness: Readiness;
  /** The live connections that are up, by slot. */
  readonly connections: readonly (C | undefined)[];
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: SupplyOptions<C>;
  readonly #waiting: QueueCallbacks;
  readonly #breaker: CircuitBreaker;
  readonly #fleet: Fleet<C>;
  readonly #endpoints: Endpoints;
  readonly #retirement: Retirement;
  readonly #opening: Opening;
  readonly #replacement: EarlyReplacement;
  readonly #health: FleetHealth<C>;
  #onEmpty: () => void = () => undefined;
  readonly #reviewing = new ReviewSchedule(this.#review.bind(this));

  constructor(store: Store, inbox: Inbox, options: SupplyOptions<C>, waiting: QueueCallbacks) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#waiting = waiting;
    const { connectBackoff: backoff, random, isPermanent } = options;
    const isWanted = (): boolean => store.current.floor > 0 || store.current.waiting > 0;
    const onChange = (circuit: CircuitStatus, retryAt: number): void => {
      inbox.send({ type: 'circuit', circuit, retryAt });
    };
    this.#breaker = new CircuitBreaker({ backoff, random, isPermanent, isWanted, onChange });
    this.#fleet = new Fleet(store, inbox, options, this.#gone.bind(this));
    this.connections = this.#fleet.connections;
    const close = this.#fleet.close.bind(this.#fleet);
    this.#retirement = new Retirement({ store, inbox, options, close, nudge: this.nudge.bind(this) });
    this.#endpoints = new Endpoints(store, inbox, options, {
      left: this.#retirement.retireAll.bind(this.#retirement, 'endpoint'),
      changed: () => {
        waiting.serve();
        this.nudge();
      },
    });
    this.#opening = new Opening({ store, inbox, options, fleet: this.#fleet, endpoints: this.#endpoints });
    this.#replacement = new EarlyReplacement(this.#fleet);
    this.#health = new FleetHealth(store, inbox, {
      fleet: this.#fleet,
      retire: this.#retirement.retire.bind(this.#retirement),
      died: this.#failed.bind(this),
    });
    this.readiness = new Readiness(store, () => this.lastError);
  }

  /** Why the circuit is not closed, or why there will be no endpoints. */
  get lastError(): unknown {
    return hasNoEndpointsForGood(this.#store.current) ? this.#endpoints.cause : this.#breaker.cause;
  }

  /** What a connection that is still connecting has reported so far, its error output say. */
  get saidSoFar(): string | undefined {
    return this.#fleet.saidSoFar;
  }

  /** Starts following the endpoints and the grants and, in a microtask, opening connections. */
  open(): void {
    this.#endpoints.open();
    this.#opening.begin();
    this.nudge();
  }

  /** Schedules a review, since supply or demand may have changed. */
  nudge(): void {
    this.#reviewing.nudge();
  }

  /** How many waiters can be served by the connects that are under way or may begin now. */
  connectable(): number {
    return this.#opening.connectable();
  }

  /** Starts one test connect now, without waiting for the end of the delay. */
  retry(): void {
    this.#breaker.retry();
  }

  /** A waiter has joined the queue. */
  wanted(): void {
    this.#breaker.keepProcessAlive();
    this.#reconsider();
  }

  /** Whether it has to be told of each lease: a check ends when its connection is leased, or a replacement has to prove itself. */
  get isWatching(): boolean {
    return this.#health.checking > 0 || this.#replacement.isUnderWay;
  }

  /** Whether the connection on this slot has health checks. */
  isChecked(slot: number): boolean {
    return this.#fleet.healthOf(slot) !== undefined;
  }

  /** A lease has begun on this slot. */
  leased(slot: number): void {
    this.#health.leased(slot);
  }

  /** A lease on this slot has ended. `isWell`: its work did not fail. */
  returned(slot: number, connection: number, isWell: boolean): void {
    if (this.#replacement.isUnderWay) this.#replacement.served(connection, isWell);
    // A lease that was held longer than expected may justify one more connection.
    if (this.#store.current.waiting > 0) this.#reconsider();
    this.#retirement.returned(slot);
  }

  /** The work of a lease failed. Called before `returned`. */
  failed(slot: number, connection: number, fault: Fault): void {
    this.#health.workFailed(slot, connection, fault);
    if (fault.restMs > 0) this.#endpoints.rest(slot, fault.restMs);
  }

  /** A connection came up (its event was committed): its checks, notices and lifetime begin. */
  connectionUp({ slot, connection }: Up): void {
    this.#breaker.succeed();
    const live = this.#fleet.find(slot, connection);
    // An observer of the event may have used the connection up already, or closed the pool.
    if (live?.closing === false) live.keep(this.#monitor(live, this.#fleet.connections[slot] as C));
    this.#waiting.serve();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retirement.retire(slot, 'maxUses');
    this.nudge();
  }

  /** A connect failed, or a connection died by itself; its event was committed. */
  connectionEnded({ connection, endpoint }: ConnectFailed | Down): void {
    const { error, ageMs } = this.#fleet.endingOf(connection) ?? {};
    this.#failed(error, endpoint, ageMs);
  }

  /** A health check has ended, or work that counts as a failed check; its event was committed. */
  healthTold({ slot, healthy }: Health): void {
    const { connections, unhealthyAfter } = this.#store.current;
    const record = connections.get(slot);
    if (!healthy) this.#endpoints.failed(record?.endpoint);
    if (!healthy && isHopeless(record, unhealthyAfter)) this.#retirement.retire(slot, 'unhealthy');
    // A failed check may have held back a connection that is still healthy enough; now the queue may get it.
    this.#waiting.serve();
    this.nudge();
  }

  /** A connection was retired (its event was committed): it is closed once it has no leases. */
  retired(event: Retire): void {
    this.#retirement.retired(event);
  }

  /** Why this connection has just died; `undefined` after the reactions to its `down` event. */
  causeOf(connection: number): unknown {
    return this.#fleet.endingOf(connection)?.error;
  }

  /**
   * Closes everything: gives up connects, closes idle connections now, and the others when they are checked in.
   * `onEmpty` is called when no connection is left, perhaps more than once.
   */
  drain(onEmpty: () => void): void {
    this.#onEmpty = onEmpty;
    this.#breaker.stop();
    this.#reviewing.stop();
    this.#endpoints.stop();
    this.#opening.stop();
    this.#retirement.retireAll('drain');
    this.readiness.look();
    this.#notifyIfEmpty();
  }

  /** Closes the connection on this slot, even if it is leased. */
  close(slot: number): void {
    this.#fleet.close(slot);
  }

  /** Schedules a review if one more connection, or a replaced one, may help the queue. */
  #reconsider(): void {
    const { size, maxSize, unhealthy } = this.#store.current;
    if (size < maxSize || unhealthy > 0) this.nudge();
  }

  /** Retires and opens what is due. Returns the instant of the next review. */
  #review(): number {
    // A key whose connection is gone may take one that is idle.
    if (this.#store.current.hasPins) this.#waiting.serve();
    this.#retirement.retireSurplus();
    this.#makeRoom();
    const nextAt = this.#opening.review();
    this.#refuseIfUnreachable();
    this.readiness.look();
    return nextAt;
  }

  /** Retires an unhealthy connection if that makes room for a new one. */
  #makeRoom(): void {
    const going = this.#replacement.next(this.#store.current);
    if (going === undefined) return;
    const isOneTooMany = this.#replacement.began();
    this.#retirement.retire(going.slot, 'unhealthy');
    if (isOneTooMany) this.#breaker.fail(new Error('new connections do not answer either'));
  }

  #refuseIfUnreachable(): void {
    if (!isUnreachable(this.#store.current)) return;
    const failure = unreachableError(this.#store.current, this.lastError, performance.now());
    this.#waiting.refuse(failure, retryHelpsAt(this.#store.current, this.#breaker.isPermanent));
  }

  #monitor(live: LiveConnection<C>, value: C): ConnectionMonitor {
    const { id: connection, slot, upAt, place } = live;
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    return connectionMonitor(value, this.#options, record, {
      ...this.#health.listenerOf(slot, connection),
      noticed: ({ note, retire }) => {
        this.#inbox.send({ type: 'notice', connection, slot, note });
        // A connection that asks for retirement just after it came up counts as a failure, or it would be replaced
        // again and again.
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
    else this.#notifyIfEmpty();
  }

  #notifyIfEmpty(): void {
    this.#opening.tell();
    if (this.#store.current.size === 0 && this.#fleet.alive === 0) this.#onEmpty();
  }
}
