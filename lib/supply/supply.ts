import type { Subscription } from 'rxjs';
import type { Inbox } from '../events/inbox.ts';
import type { CircuitStatus } from '../events/pool-event.ts';
import { stamp } from '../stamp.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { isUnreachable, isUnwanted, lookAgainAt, wantsMore } from './demand.ts';
import { EarlyReplacement } from './early-replacement.ts';
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

/** What the error of a piece of work says of its connection. */
interface Fault {
  readonly isFailure: boolean;
  readonly timedOut: string | undefined;
  readonly isBroken: boolean;
  readonly restMs: number;
}

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
  readonly #sweeping: Subscription;
  readonly #reviewing = new Reviewing(this.#review.bind(this));
  #checking = 0;

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
    this.#replacement = new EarlyReplacement({
      isAwaited: (slot) => this.#fleet.healthOf(slot)?.isAwaited === true,
      lastId: () => this.#fleet.lastId,
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

  /** One attempt shows whether connecting works again, without waiting for the delay. */
  retry(): void {
    this.#breaker.retry();
  }

  /** Somebody waits. */
  wanted(): void {
    this.#reconsider();
  }

  /** How many connections are being checked by what is broken off when they are leased. */
  get checking(): number {
    return this.#checking;
  }

  /** A lease has begun on this slot. */
  leased(slot: number): void {
    this.#fleet.healthOf(slot)?.leased();
  }

  /** A lease on this slot has ended; `isWell`: nothing is said against its connection. */
  returned(slot: number, connection: number, isWell: boolean): void {
    if (this.#replacement.isUnderWay) this.#replacement.served(connection, isWell);
    // A use that took longer than thought may justify one more connection.
    if (this.#store.current.waiting > 0) this.#reconsider();
    this.#retirement.returned(slot);
  }

  /** The work of that lease failed; told before that it has ended. */
  failed(slot: number, connection: number, { isFailure, timedOut, isBroken, restMs }: Fault): void {
    if (isBroken) this.#broken(slot);
    if (timedOut !== undefined) this.#suspect(slot, connection, timedOut);
    if (isFailure) this.#fleet.healthOf(slot)?.failed();
    if (restMs > 0) this.#endpoints.rest(slot, restMs);
  }

  /** Of many requests that time out on a shared connection the first puts it out of service; then checks decide. */
  #suspect(slot: number, connection: number, error: string): void {
    const record = this.#store.current.connections.get(slot);
    // Where nobody checks nobody would ever learn that it answers again.
    if (this.#fleet.healthOf(slot) === undefined || record?.health !== 'healthy' || record.status === 'closing') return;
    this.#checked(slot, connection, { healthy: false, error });
  }

  /** As good as dead. */
  #broken(slot: number): void {
    const endpoint = this.#store.current.connections.get(slot)?.endpoint;
    const ageMs = this.#fleet.ageOf(slot);
    this.#retirement.retire(slot, 'broken');
    if (this.#endpoints.failed(endpoint))
      this.#breaker.die(ageMs, new Error('connections break as soon as they are used'));
  }

  /** A check of the connection on this slot has ended, or a request that counts as one. */
  #checked(slot: number, connection: number, outcome: HealthOutcome): void {
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

  /** Somebody waits whom a place in the pool may help. */
  #reconsider(): void {
    const { size, maxSize, unhealthy } = this.#store.current;
    if (size < maxSize || unhealthy > 0) this.nudge();
  }

  /** Returns when to look again. */
  #review(): number {
    const { maxConnecting } = this.#options;
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
    const { id, slot } = live;
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    // Whoever was told of it may have used it up already, or closed the pool.
    this.#breaker.succeed();
    if (!live.closing) {
      const { health, subscription } = upkeepOf(value, this.#options, record, this.#upkeep(slot, id));
      live.health = health;
      live.subscriptions.add(subscription);
    }
    this.#listener.available();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retirement.retire(slot, 'maxUses');
    this.nudge();
  }

  #upkeep(slot: number, connection: number): UpkeepListener {
    return {
      checking: () => {
        this.#inbox.send({ type: 'checking', connection, slot, ...stamp(this.#store) });
      },
      checked: this.#checked.bind(this, slot, connection),
      stoppable: (by) => {
        this.#checking += by;
      },
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
