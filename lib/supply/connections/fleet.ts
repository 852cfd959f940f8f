import type { Inbox } from '../../events/inbox.ts';
import type { Store } from '../../state/store.ts';
import type { Connector } from '../connector.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import type { ConnectionTimeouts } from './connection-fate.ts';
import type { HealthMonitor } from './health-monitor.ts';
import { connectionInfo } from './connection-info.ts';
import { LiveConnection } from './live-connection.ts';
import { messageOf } from '../../base/thrown.ts';

/** How a connection has just ended. */
export interface Ending {
  readonly error: unknown;
  /** How long it had been up, in milliseconds; `undefined` if it never was. */
  readonly ageMs: number | undefined;
}

/** The options that the fleet needs. */
interface FleetOptions<C> extends ConnectionTimeouts {
  readonly connector: Connector<C>;
}

/** The live connections of one pool, by slot. Sends events when they come and go. */
export class Fleet<C> {
  /** The connections that are up, by slot. */
  readonly connections: (C | undefined)[] = [];
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #options: FleetOptions<C>;
  readonly #onGone: () => void;
  readonly #live: (LiveConnection<C> | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  /**
   * The endings of connections whose last event is being committed, by id. Errors cannot stand in events, which are
   * plain data.
   */
  readonly #endings = new Map<number, Ending>();
  #lastId = 0;
  #alive = 0;

  /** `onGone` is called each time a connection is finally closed. */
  constructor(store: Store, inbox: Inbox, options: FleetOptions<C>, onGone: () => void) {
    this.#store = store;
    this.#inbox = inbox;
    this.#options = options;
    this.#onGone = onGone;
  }

  /** How many connections are not finally closed yet, including those that the state no longer has. */
  get alive(): number {
    return this.#alive;
  }

  /** The id of the newest connection. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The live connection with this id, if it is on this slot. */
  find(slot: number, id: number): LiveConnection<C> | undefined {
    const live = this.#live[slot];
    return live?.id === id ? live : undefined;
  }

  /** How this connection has ended, while its last event is being committed. */
  endingOf(id: number): Ending | undefined {
    return this.#endings.get(id);
  }

  /** The health checks of the connection on this slot, if there are any. */
  healthOf(slot: number): HealthMonitor | undefined {
    return this.#live[slot]?.health;
  }

  /** How long the connection on this slot has been up, in milliseconds. */
  ageOf(slot: number): number {
    const live = this.#live[slot];
    return live === undefined ? Infinity : performance.now() - live.upAt;
  }

  /** What the connection that has been connecting for longest has reported so far. */
  get saidSoFar(): string | undefined {
    const living = this.#live.filter((live) => live !== undefined).sort((one, other) => one.id - other.id);
    for (const { saidSoFar } of living) if (saidSoFar !== undefined) return saidSoFar;
    return undefined;
  }

  /** Opens one more connection, to this endpoint if there are endpoints. */
  open(endpoint?: Endpoint): void {
    const slot = this.#freeSlots.pop() ?? this.#live.length;
    const connection = ++this.#lastId;
    const live = new LiveConnection<C>(
      connection,
      slot,
      this.#options.connector,
      this.#options,
      {
        up: (value) => {
          this.#up(live, value);
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
      },
      endpoint,
    );
    this.#alive++;
    this.#live[slot] = live;
    this.#inbox.send({ type: 'connecting', ...live.place });
    live.open();
  }

  /** Closes the connection on this slot, or gives its connect up. */
  close(slot: number): void {
    this.#live[slot]?.close();
  }

  #up({ slot, place }: LiveConnection<C>, value: C): void {
    this.connections[slot] = value;
    const info = connectionInfo(this.#options.connector, value);
    this.#inbox.send({ type: 'up', ...place, ...(info && { info }) });
  }

  #failed(live: LiveConnection<C>, error: unknown): void {
    this.#end('connectFailed', live, { error, ageMs: undefined });
  }

  #down(live: LiveConnection<C>, error: unknown): void {
    // The leases are ended before any observer learns of the death, so an observer that checks one in comes too late.
    const held = this.#inbox.hold();
    try {
      this.#end('down', live, { error, ageMs: performance.now() - live.upAt });
    } finally {
      this.#inbox.resume(held);
    }
  }

  #end(type: 'connectFailed' | 'down', { id, place }: LiveConnection<C>, ending: Ending): void {
    this.#free(place.slot);
    this.#endings.set(id, ending);
    try {
      this.#inbox.send({ type, ...place, error: messageOf(ending.error) });
    } finally {
      this.#endings.delete(id);
    }
  }

  #gone({ id, slot, place }: LiveConnection<C>): void {
    this.#alive--;
    if (this.#store.current.connections.get(slot)?.id === id) {
      this.#free(slot);
      this.#inbox.send({ type: 'removed', ...place });
    }
    this.#onGone();
  }

  #free(slot: number): void {
    this.connections[slot] = undefined;
    this.#live[slot] = undefined;
    this.#freeSlots.push(slot);
  }
}
