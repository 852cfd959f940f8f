import type { Fault } from '../../base/fault.ts';
import type { Inbox } from '../../events/inbox.ts';
import type { Retire } from '../../events/connection-event.ts';
import type { Store } from '../../state/store.ts';
import type { Fleet } from './fleet.ts';
import type { HealthOutcome } from './health.ts';
import type { HealthListener } from './health-monitor.ts';

/** What happens as a result of the health of connections. */
interface FleetHealthParts<C> {
  readonly fleet: Fleet<C>;
  readonly retire: (slot: number, reason: Retire['reason']) => void;
  /** A connection is as good as dead, `ageMs` milliseconds after it came up. */
  readonly died: (error: unknown, endpoint: string | undefined, ageMs: number) => void;
}

/** Judges the health of connections that are up, by their checks and by the work that is done with them. */
export class FleetHealth<C> {
  readonly #store: Store;
  readonly #inbox: Inbox;
  readonly #parts: FleetHealthParts<C>;
  #checking = 0;

  constructor(store: Store, inbox: Inbox, parts: FleetHealthParts<C>) {
    this.#store = store;
    this.#inbox = inbox;
    this.#parts = parts;
  }

  /** How many connections are under a check that is cancelled when they are leased. */
  get checking(): number {
    return this.#checking;
  }

  /** A lease has begun on this slot. */
  leased(slot: number): void {
    this.#parts.fleet.healthOf(slot)?.leased();
  }

  /** The work of a lease failed. Called after the lease has ended. */
  workFailed(slot: number, connection: number, { isFailure, timedOut, isBroken }: Fault): void {
    if (isBroken) {
      this.#broken(slot);
      return;
    }
    if (timedOut !== undefined) this.#suspect(slot, connection, timedOut);
    if (isFailure) this.#parts.fleet.healthOf(slot)?.failed();
  }

  /** The listener for the checks of one connection. */
  listenerOf(slot: number, connection: number): HealthListener {
    return {
      checking: () => {
        this.#inbox.send({ type: 'checking', connection, slot });
      },
      checked: this.#checked.bind(this, slot, connection),
      stoppable: (by) => {
        this.#checking += by;
      },
    };
  }

  /**
   * Makes a connection unhealthy after a request timed out; then checks decide. Of many requests that time out on a
   * shared connection only the first counts.
   */
  #suspect(slot: number, connection: number, error: string): void {
    const record = this.#store.current.connections.get(slot);
    // Without checks nothing would ever make it healthy again.
    const isChecked = this.#parts.fleet.healthOf(slot) !== undefined;
    if (!isChecked || record?.health !== 'healthy' || record.status === 'closing') return;
    this.#checked(slot, connection, { healthy: false, error });
  }

  #broken(slot: number): void {
    const { fleet, retire, died } = this.#parts;
    const endpoint = this.#store.current.connections.get(slot)?.endpoint;
    const ageMs = fleet.ageOf(slot);
    retire(slot, 'broken');
    died(new Error('connections break as soon as they are used'), endpoint, ageMs);
  }

  /** Sends the outcome of a check, or of a request that counts as one. */
  #checked(slot: number, connection: number, outcome: HealthOutcome): void {
    this.#inbox.send({ type: 'health', connection, slot, ...outcome });
  }
}
