import type { PoolEvent } from '../events/pool-event.ts';
import type { PoolState } from '../state/pool-state.ts';
import { times } from './instruments.ts';
import type { Labels } from './labels.ts';
import type { Recorder, Recorders } from './recorder.ts';

/** The recorders for connections with the same labels. */
interface ConnectionTimes {
  readonly waits: Recorder;
  readonly uses: Recorder;
  readonly creates: Recorder;
}

/** Records durations from the events of a pool: waiting, using and connecting. */
export class EventMeter {
  readonly #recorders: Recorders;
  readonly #labelsOf: (endpoint: string) => Labels;
  readonly #pool: ConnectionTimes;
  readonly #endpoints = new Map<Labels, ConnectionTimes>();
  /** When each connect under way began, by connection. */
  readonly #connecting = new Map<number, number>();
  /** The recorders of each connection's endpoint; empty where there are no endpoints. */
  readonly #timesOf = new Map<number, ConnectionTimes>();

  /** `state` is the state before the first event. `labelsOf` must return the same object for the same series. */
  constructor(recorders: Recorders, labels: Labels, labelsOf: (endpoint: string) => Labels, state: PoolState) {
    this.#recorders = recorders;
    this.#labelsOf = labelsOf;
    this.#pool = this.#newTimes(labels);
    for (const { id, endpoint, status, createdAt } of state.connections) {
      if (status === 'connecting') this.#connecting.set(id, createdAt);
      this.#assign(id, endpoint);
    }
  }

  record(event: PoolEvent): void {
    // The events of each request come first. Without endpoints they need no lookup.
    if (event.type === 'checkout') this.#timesFor(event.connection).waits(event.waitedMs);
    else if (event.type === 'checkin' || event.type === 'destroy') this.#timesFor(event.connection).uses(event.usedMs);
    else this.#recordConnection(event);
  }

  #recordConnection(event: PoolEvent): void {
    if (event.type === 'connecting') {
      this.#connecting.set(event.connection, event.at);
      this.#assign(event.connection, event.endpoint);
    } else if (event.type === 'up') this.#cameUp(event.connection, event.at);
    else if (event.type === 'connectFailed' || event.type === 'down' || event.type === 'removed') {
      this.#connecting.delete(event.connection);
      this.#timesOf.delete(event.connection);
    }
  }

  #cameUp(connection: number, at: number): void {
    const since = this.#connecting.get(connection);
    this.#connecting.delete(connection);
    if (since !== undefined) this.#timesFor(connection).creates(at - since);
  }

  #timesFor(connection: number): ConnectionTimes {
    return (this.#timesOf.size === 0 ? undefined : this.#timesOf.get(connection)) ?? this.#pool;
  }

  #assign(connection: number, endpoint: string | undefined): void {
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
