import { BehaviorSubject, NEVER, type Observable, type ObservableInput, tap, throwError } from 'rxjs';
import type { Endpoint } from '../../lib/index.ts';
import type { Connector } from '../../lib/supply/connector.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { FakeConnection, FakeServer } from '../support/fake-server.ts';
import type { Draw } from './draw.ts';

type Condition = 'well' | 'refusing' | 'permanent' | 'dying' | 'silent';

class Permanent extends Error {}

/** Several endpoints of one fake server, each with its own ills. */
export class AilingEndpoints {
  readonly #draw: Draw;
  readonly #server: FakeServer;
  readonly #conditions = new Map<string, Condition>(['a', 'b', 'c', 'd', 'e'].map((id) => [id, 'well']));
  readonly #endpoints$: BehaviorSubject<readonly Endpoint[]>;
  readonly #endpointOf = new Map<number, string>();

  constructor(draw: Draw, server: FakeServer) {
    this.#draw = draw;
    this.#server = server;
    this.#endpoints$ = new BehaviorSubject(this.#drawn());
  }

  get endpoints$(): Observable<readonly Endpoint[]> {
    return this.#endpoints$;
  }

  get connector(): Connector<FakeConnection, Endpoint> {
    return {
      ...this.#server.connector,
      connect: ({ id, signal, endpoint }) => this.#connect(id, signal, endpoint.id),
      isPermanent: (error) => error instanceof Permanent,
      restMs: () => (this.#draw.chance(30) ? this.#draw.about(300) : undefined),
    };
  }

  /** Another list comes, an endpoint fails or heals, or one connection dies. */
  change(): void {
    const kind = this.#draw.below(100);
    if (kind < 30) this.#endpoints$.next(this.#drawn());
    else if (kind < 60) this.#break(this.#draw.oneOf('a', 'b', 'c', 'd', 'e'));
    else if (kind < 80) this.#conditions.set(this.#draw.oneOf('a', 'b', 'c', 'd', 'e'), 'well');
    else if (kind < 85) this.#healAll();
    else this.#kill(({ id }) => id % 5 === this.#draw.below(5));
  }

  /** Everything is well from now on, and so many endpoints are listed. */
  recover(count: number): void {
    this.#healAll();
    this.#endpoints$.next(['a', 'b', 'c', 'd', 'e'].slice(0, count).map((id) => ({ id })));
  }

  /** One may be there twice. */
  #drawn(): readonly Endpoint[] {
    const ids = ['a', 'b', 'c', 'd', 'e', 'a'].filter(() => this.#draw.chance(60));
    return ids.map((id) => ({ id }));
  }

  #break(endpoint: string): void {
    this.#conditions.set(endpoint, this.#draw.oneOf<Condition>('refusing', 'permanent', 'dying', 'silent'));
    if (this.#draw.chance(60)) this.#kill(({ id }) => this.#endpointOf.get(id) === endpoint);
  }

  #healAll(): void {
    for (const endpoint of this.#conditions.keys()) this.#conditions.set(endpoint, 'well');
  }

  #kill(which: (connection: FakeConnection) => boolean): void {
    for (const connection of this.#server.alive.filter(which)) this.#server.kill(connection);
  }

  #connect(id: number, signal: AbortSignal, endpoint: string): ObservableInput<FakeConnection> {
    this.#endpointOf.set(id, endpoint);
    this.#server.behaviour.connectMs = this.#draw.oneOf(0, this.#draw.about(10));
    const accepted$ = this.#server.connector.connect({ id, signal }) as Observable<FakeConnection>;
    switch (this.#conditions.get(endpoint)) {
      case 'refusing':
        return throwError(() => new Deliberate());
      case 'permanent':
        return throwError(() => new Permanent('no such command'));
      case 'silent':
        return NEVER;
      case 'dying':
        return accepted$.pipe(tap((connection) => this.#dieLater(connection)));
      case 'well':
      case undefined:
        return accepted$;
    }
  }

  #dieLater(connection: FakeConnection): void {
    setTimeout(() => connection.alive && this.#server.kill(connection), this.#draw.about(80));
  }
}
