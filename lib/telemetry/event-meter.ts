import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolState } from '../state/pool-state.ts';
import { times } from './instruments.ts';
import type { Labels } from './labels.ts';
import type { Recorder, Recorders } from './recorder.ts';

/** The times of connections with the same labels. */
interface ConnectionTimes {
  readonly waits: Recorder;
  readonly uses: Recorder;
  readonly creates: Recorder;
}

/** Records what the events of a pool tell of times. */
export class EventMeter {
  readonly #recorders: Recorders;
  readonly #labelsOf: (endpoint: string) => Labels;
  readonly #pool: ConnectionTimes;
  readonly #endpoints = new Map<Labels, ConnectionTimes>();
  /** When the connects under way began. */
  readonly #connecting = new Map<number, number>();
  /** Where connections go to, where there are endpoints. */
  readonly #timesOf = new Map<number, ConnectionTimes>();

  /** `state`: what happened before the first event. `labelsOf` gives the same object for the same series. */
  constructor(recorders: Recorders, labels: Labels, labelsOf: (endpoint: string) => Labels, state: PoolState) {
    this.#recorders = recorders;
    this.#labelsOf = labelsOf;
    this.#pool = this.#newTimes(labels);
    for (const { id, endpoint, status, createdAt } of state.connections) {
      if (status === 'connecting') this.#connecting.set(id, createdAt);
      this.#place(id, endpoint);
    }
  }

  record(event: PoolEvent): void {
    // The two of each request come first and look nothing up where there are no endpoints.
    if (event.type === 'checkout') this.#of(event.connection).waits(event.waitedMs);
    else if (event.type === 'checkin' || event.type === 'destroy') this.#of(event.connection).uses(event.usedMs);
    else this.#recordConnection(event);
  }

  #recordConnection(event: PoolEvent): void {
    if (event.type === 'connecting') {
      this.#connecting.set(event.connection, event.at);
      this.#place(event.connection, event.endpoint);
    } else if (event.type === 'up') this.#cameUp(event.connection, event.at);
    else if (event.type === 'connectFailed' || event.type === 'down' || event.type === 'removed') {
      this.#connecting.delete(event.connection);
      this.#timesOf.delete(event.connection);
    }
  }

  #cameUp(connection: number, at: number): void {
    const since = this.#connecting.get(connection);
    this.#connecting.delete(connection);
    if (since !== undefined) this.#of(connection).creates(at - since);
  }

  #of(connection: number): ConnectionTimes {
    return (this.#timesOf.size === 0 ? undefined : this.#timesOf.get(connection)) ?? this.#pool;
  }

  #place(connection: number, endpoint: string | undefined): void {
    if (endpoint === undefined) return;
    const labels = this.#labelsOf(endpoint);
    const known = this.#endpoints.get(labels) ?? this.#newTimes(labels);
    this.#endpoints.set(labels, known);
    this.#timesOf.set(connection, known);
  }

  #newTimes(labels: Labels): ConnectionTimes {
    return {
      waits: this.#recorders.of(times.wait, labels),
      uses: this.#recorders.of(times.use, labels),
      creates: this.#recorders.of(times.create, labels),
    };
  }
}
