import { type Subscription, tap } from 'rxjs';
import { messageOf } from '../errors.ts';
import type { Inbox } from '../events/inbox.ts';
import type { Retire } from '../events/pool-event.ts';
import { stamp } from '../stamp.ts';
import type { ConnectionRecord } from '../state/pool-state.ts';
import type { Store } from '../state/store.ts';
import { Backoff } from './backoff.ts';
import { isUnreachable, isUnwanted, surplusSlots, wantsMore } from './demand.ts';
import { type HealthOutcome, healthOf, isHopeless } from './health.ts';
import { LiveConnection } from './live-connection.ts';
import { Readiness } from './readiness.ts';
import type { SupplyListener, SupplyOptions } from './supply-parts.ts';

/** Opens connections up to what floor and demand ask for, replaces those that die, and closes those too many. */
export class Supply<C> {
  /** The live connections, by slot; only those that are up. */
  readonly connections: (C | undefined)[] = [];
  readonly readiness: Readiness;
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: SupplyOptions<C>;
  readonly #listener: SupplyListener;
  readonly #backoff: Backoff;
  readonly #live: (LiveConnection<C> | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #lastId = 0;
  /** Connections of which something is left, those included that the state knows no more. */
  #alive = 0;
  #nudged = false;
  #lastError: unknown;

  constructor(store: Store, inbox: Inbox, options: SupplyOptions<C>, listener: SupplyListener) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#listener = listener;
    this.#backoff = new Backoff(options.connectBackoff, () => {
      this.#review();
    });
    this.readiness = new Readiness(
      () => store.current,
      () => this.#lastError,
    );
  }

  /** Why the last connect failed. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /** Supply or demand may have changed; looks at it in a microtask, once for all that happens in this one. */
  nudge(): void {
    if (this.#nudged) return;
    this.#nudged = true;
    queueMicrotask(() => {
      this.#nudged = false;
      this.#review();
    });
  }

  /** A lease on this slot has ended. */
  returned(slot: number): void {
    const { connections, surplus, waiting } = this.#store.current;
    const record = connections.get(slot);
    if (record === undefined) return;
    const { status, leases, requestCount } = record;
    if (status === 'closing') this.#endWhenFree(slot, leases);
    else if (this.#options.maxUses > 0 && requestCount >= this.#options.maxUses) this.#retire(slot, 'maxUses');
    else if (surplus > 0 && waiting === 0 && status === 'idle') this.#retire(slot, 'resize');
  }

  /** The pool is being closed: gives up what is connecting, closes what is idle, and the rest as it comes back. */
  drain(): void {
    this.#backoff.stop();
    for (const { slot, status } of [...this.#store.current.connections]) {
      if (status === 'connecting') this.#live[slot]?.close();
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
      this.#live[slot]?.close();
    }
  }

  #review(): void {
    for (const slot of surplusSlots(this.#store.current)) this.#retire(slot, 'resize');
    while (!this.#backoff.active && wantsMore(this.#store.current, this.#options.maxConnecting)) this.#open();
    const isCutOff = this.#backoff.active && isUnreachable(this.#store.current);
    if (isCutOff) this.#listener.unreachable(this.#lastError, this.#backoff.until);
    this.readiness.look();
  }

  #open(): void {
    const slot = this.#freeSlots.pop() ?? this.#live.length;
    const id = ++this.#lastId;
    const live = new LiveConnection<C>(id, slot, this.#options.connector, this.#options, {
      up: (connection) => {
        this.#up(live, connection);
      },
      failed: (error) => {
        this.#failed(live, error);
      },
      down: (error) => {
        this.#down(live, error);
      },
      gone: () => {
        this.#gone(live);
      },
    });
    this.#alive++;
    this.#live[slot] = live;
    this.#inbox.send({ type: 'connecting', connection: id, slot, ...stamp(this.#store) });
    live.open();
  }

  #up(live: LiveConnection<C>, connection: C): void {
    const { id, slot } = live;
    this.connections[slot] = connection;
    this.#backoff.succeed();
    live.subscriptions.add(this.#watchHealth(live, connection));
    this.#inbox.send({ type: 'up', connection: id, slot, ...stamp(this.#store) });
    this.#listener.available();
    if (isUnwanted(this.#store.current, slot, this.#options.maxUses)) this.#retire(slot, 'maxUses');
    this.nudge();
  }

  #failed({ id, slot }: LiveConnection<C>, error: unknown): void {
    this.#lastError = error;
    this.#backoff.fail();
    this.#free(slot);
    this.#inbox.send({ type: 'connectFailed', connection: id, slot, error: messageOf(error), ...stamp(this.#store) });
    this.nudge();
  }

  #down({ id, slot, upAt }: LiveConnection<C>, error: unknown): void {
    // A pool that is being closed connects no more, and must not leave the timer of a back-off.
    if (this.#store.current.phase === 'open') this.#backoff.die(performance.now() - upAt);
    this.#free(slot);
    // Its leases are over before anybody is told: an observer that checks one in comes too late.
    const held = this.#inbox.hold();
    this.#inbox.send({ type: 'down', connection: id, slot, error: messageOf(error), ...stamp(this.#store) });
    this.#listener.lost(slot, 'down', error);
    this.#inbox.release(held);
    this.nudge();
  }

  #retire(slot: number, reason: Retire['reason']): void {
    const record = this.#store.current.connections.get(slot);
    if (record === undefined || record.status === 'closing') return;
    const { id, leases } = record;
    this.#inbox.send({ type: 'retire', connection: id, slot, reason, ...stamp(this.#store) });
    this.#endWhenFree(slot, leases);
  }

  /** Closes a connection that is in nobody's hands. The floor counts it no longer, however long others keep it. */
  #endWhenFree(slot: number, leases: number): void {
    if (leases === 0) this.#live[slot]?.close();
    this.nudge();
  }

  #gone({ id, slot }: LiveConnection<C>): void {
    this.#alive--;
    const { connections, phase } = this.#store.current;
    if (connections.get(slot)?.id === id) {
      this.#free(slot);
      this.#inbox.send({ type: 'removed', connection: id, slot, ...stamp(this.#store) });
    }
    if (phase === 'open') this.nudge();
    else this.#lookWhetherEmpty();
  }

  #lookWhetherEmpty(): void {
    if (this.#store.current.size === 0 && this.#alive === 0) this.#listener.empty();
  }

  #watchHealth({ id, slot }: LiveConnection<C>, connection: C): Subscription {
    const record = (): ConnectionRecord | undefined => this.#store.current.connections.get(slot);
    const note = ({ healthy, error }: HealthOutcome): void => {
      this.#inbox.send({ type: 'health', connection: id, slot, healthy, error, ...stamp(this.#store) });
      if (healthy) this.#listener.available();
      else if (isHopeless(record(), this.#store.current.unhealthyAfter)) this.#retire(slot, 'unhealthy');
    };
    return healthOf(connection, this.#options, record).pipe(tap(note)).subscribe();
  }

  #free(slot: number): void {
    this.connections[slot] = undefined;
    this.#live[slot] = undefined;
    this.#freeSlots.push(slot);
  }
}
