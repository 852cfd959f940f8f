import { EMPTY, NEVER, Observable, type ObservableInput, Subject, throwError, timer } from 'rxjs';
import type { PoolOptions } from '../../lib/index.ts';
import { listen } from './listen.ts';

/** A connection in memory; everything that happens to it is written down. */
export interface FakeConnection {
  readonly id: number;
  readonly death$: Subject<never>;
  warmed: number;
  checks: number;
  closes: number;
  alive: boolean;
  /** What the next checks say. */
  health: 'good' | 'bad' | 'silent';
}

/** How a fake server behaves; may be changed at any time. */
export interface Behaviour {
  connectMs: number;
  closeMs: number;
  /** Connects fail with it. */
  refusal: Error | undefined;
}

/** Something to connect to that needs no network: with `connectMs` 0 all is synchronous. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];
  readonly behaviour: Behaviour;
  /** The instant of each connect. */
  readonly connectedAt: number[] = [];
  connecting = 0;
  mostConnecting = 0;

  constructor(behaviour: Partial<Behaviour> = {}) {
    this.behaviour = { connectMs: 0, closeMs: 0, refusal: undefined, ...behaviour };
  }

  get alive(): FakeConnection[] {
    return this.connections.filter(({ alive }) => alive);
  }

  /** The options that have to do with connections. */
  get connector(): Pick<PoolOptions<FakeConnection>, 'connect' | 'close' | 'down' | 'check' | 'warm'> {
    return {
      connect: ({ id }) => this.#connect(id),
      warm: (connection) => this.#warm(connection),
      close: (connection) => this.#close(connection),
      down: ({ death$ }) => death$,
      check: (connection) => this.#check(connection),
    };
  }

  /** The connection of this id. */
  connection(id: number): FakeConnection {
    const found = this.connections.find((connection) => connection.id === id);
    if (found === undefined) throw new Error(`no connection ${id}`);
    return found;
  }

  /** Ends it from the server's side. */
  kill({ id }: { readonly id: number }, error: Error = new Error('killed')): void {
    const connection = this.connection(id);
    connection.alive = false;
    connection.death$.error(error);
  }

  #connect(id: number): Observable<FakeConnection> {
    return new Observable((subscriber) => {
      this.connectedAt.push(performance.now());
      this.connecting++;
      this.mostConnecting = Math.max(this.mostConnecting, this.connecting);
      let underWay = true;
      const over = (): void => {
        if (underWay) this.connecting--;
        underWay = false;
      };
      const answer = (): void => {
        over();
        if (this.behaviour.refusal === undefined) subscriber.next(this.#accept(id));
        else subscriber.error(this.behaviour.refusal);
      };
      if (this.behaviour.connectMs === 0) answer();
      else if (this.behaviour.connectMs < Infinity) {
        subscriber.add(listen(timer(this.behaviour.connectMs), answer));
      }
      subscriber.add(over);
    });
  }

  #accept(id: number): FakeConnection {
    const connection: FakeConnection = {
      id,
      death$: new Subject(),
      warmed: 0,
      checks: 0,
      closes: 0,
      alive: true,
      health: 'good',
    };
    this.connections.push(connection);
    return connection;
  }

  #warm(connection: FakeConnection): ObservableInput<unknown> {
    connection.warmed++;
    return EMPTY;
  }

  #close(connection: FakeConnection): ObservableInput<unknown> {
    connection.closes++;
    connection.alive = false;
    const { closeMs } = this.behaviour;
    if (closeMs === 0) return EMPTY;
    return closeMs === Infinity ? NEVER : timer(closeMs);
  }

  #check(connection: FakeConnection): ObservableInput<unknown> {
    connection.checks++;
    if (connection.health === 'good') return EMPTY;
    return connection.health === 'silent' ? NEVER : throwError(() => new Error('not well'));
  }
}
