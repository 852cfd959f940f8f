import { Subscription, from, map, of } from 'rxjs';
import type { CheckoutOptions, Lease } from '../../lib/index.ts';
import { Deliberate } from '../support/deliberate.ts';
import type { FakeConnection } from '../support/fake-server.ts';
import type { Library } from './library.ts';
import type { Ask, Deed } from './script.ts';
import type { Stage } from './stage.ts';
import { nth, nthKey } from './nth.ts';
import { optionsOf, retryOf, settled, told } from './told.ts';
import { Works } from './works.ts';

/** A checkout under way: how it is left. */
interface Waiting {
  readonly subscription: Subscription;
  readonly abort: AbortController | undefined;
}

/** The deeds that have to do with leases. */
export type LeaseDeed = 'checkin' | 'misuse' | 'destroy' | 'leave' | 'abort' | 'watch' | 'finish' | 'fail';

/** Everybody who checks out. Each checkout has a number, its ticket; what becomes of it is told in words. */
export class Cast {
  readonly #works = new Works();
  readonly #library: Library;
  readonly #stage: Stage;
  readonly #tell: (line: string) => void;
  readonly #act: (deeds: readonly Deed[]) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #held = new Map<number, Lease<FakeConnection>>();
  readonly #over = new Map<number, Lease<FakeConnection>>();
  #last = 0;

  /** `act` does the deeds that somebody does out of a callback. */
  constructor(library: Library, stage: Stage, tell: (line: string) => void, act: (deeds: readonly Deed[]) => void) {
    this.#library = library;
    this.#stage = stage;
    this.#tell = tell;
    this.#act = act;
  }

  ask(ask: Ask): void {
    const ticket = ++this.#last;
    const abort = ask.signal && new AbortController();
    if (ask.signal === 'aborted') abort?.abort(new Deliberate());
    const waiting = { subscription: new Subscription(), abort };
    this.#waiting.set(ticket, waiting);
    const started = this.#start(ask, ticket, optionsOf(ask, abort));
    if (started !== undefined) waiting.subscription.add(started);
  }

  do(deed: LeaseDeed, n: number): void {
    switch (deed) {
      case 'checkin':
        this.#letGo(n)?.checkin();
        return;
      case 'destroy':
        this.#letGo(n)?.destroy(n % 2 === 0 ? 'no good' : undefined);
        return;
      case 'misuse':
        if (n % 3 === 0) nth(this.#over, n)?.destroy();
        else nth(this.#over, n)?.checkin();
        return;
      case 'watch':
        this.#watch(n);
        return;
      case 'leave':
        nth(this.#waiting, n)?.subscription.unsubscribe();
        return;
      case 'abort':
        nth(this.#aborts, n)?.abort(new Deliberate());
        return;
      case 'finish':
        this.#works.finish(n);
        return;
      case 'fail':
        this.#works.fail(n);
    }
  }

  /** Everything that is held is given back, and all work ends. */
  end(): void {
    while (this.#held.size > 0) this.do('checkin', 0);
    this.#works.end();
  }

  get #aborts(): Map<number, AbortController> {
    const found = [...this.#waiting].map(([ticket, { abort }]) => [ticket, abort] as const);
    return new Map(found.filter((one): one is readonly [number, AbortController] => one[1] !== undefined));
  }

  #start(ask: Ask, ticket: number, options: CheckoutOptions | undefined): Subscription | undefined {
    const { pool } = this.#stage;
    const next = (lease: Lease<FakeConnection>): void => this.#take(ticket, lease, ask.then);
    const error = (reason: unknown): void => this.#end(ticket, `failed: ${told(reason)}`);
    const complete = (): void => this.#tell(`${ticket} is complete`);
    switch (ask.how) {
      case 'observer':
        return pool.checkout(options).subscribe({ next, error, complete });
      case 'function':
        return pool.checkout(options).subscribe(next);
      case 'operators':
        return pool
          .checkout(options)
          .pipe(map((lease) => lease))
          .subscribe({ next, error, complete });
      case 'lease':
        void pool
          .lease(options)
          .then(next, error)
          .catch((thrown: unknown) => this.#tell(`${ticket} threw ${told(thrown)}`));
        return undefined;
      case 'try': {
        const lease = pool.tryCheckout(options);
        if (lease === undefined) this.#end(ticket, 'got nothing');
        else next(lease);
        return undefined;
      }
      case 'use':
        this.#use(ask, ticket, options);
        return undefined;
      case 'stream':
        return this.#stream(ask, ticket, options);
    }
  }

  #use({ work, then, retryMs }: Ask, ticket: number, options: CheckoutOptions = {}): void {
    const retry = retryOf(retryMs);
    void this.#stage.pool
      .use(
        (connection, lease) => {
          this.#tell(`${ticket} works with ${connection.id}, lease ${lease.id}`);
          this.#act(then);
          return this.#works.begin(work, ticket);
        },
        { ...options, ...(retry && { retry }) },
      )
      .then(
        (value) => this.#end(ticket, `used: ${value}`),
        (reason: unknown) => this.#end(ticket, `failed: ${told(reason)}`),
      );
  }

  /** Two requests at once. */
  #stream({ work, then, retryMs }: Ask, ticket: number, options: CheckoutOptions = {}): Subscription {
    const project = (connection: FakeConnection, request: number, lease: Lease<FakeConnection>) => {
      this.#tell(`${ticket}.${request} works with ${connection.id}, lease ${lease.id}`);
      this.#act(then);
      const begun = this.#works.begin(work, ticket);
      return typeof begun === 'string' ? of(begun) : begun;
    };
    const retry = retryOf(retryMs);
    const how = { checkout: () => options, settle: true, ...(retry && { retry }) } as const;
    return from([1, 2])
      .pipe(this.#library.withConnection(this.#stage.pool, project, how))
      .subscribe({
        next: (outcome) => this.#tell(`${ticket} streamed: ${settled(outcome)}`),
        error: (reason: unknown) => this.#end(ticket, `failed: ${told(reason)}`),
        complete: () => this.#end(ticket, 'is complete'),
      });
  }

  #take(ticket: number, lease: Lease<FakeConnection>, then: readonly Deed[]): void {
    this.#held.set(ticket, lease);
    this.#end(ticket, `leased ${lease.connection.id}, lease ${lease.id}`);
    this.#act(then);
  }

  #end(ticket: number, line: string): void {
    this.#waiting.delete(ticket);
    this.#tell(`${ticket} ${line}`);
  }

  #letGo(n: number): Lease<FakeConnection> | undefined {
    const found = nthKey(this.#held, n);
    if (found === undefined) return undefined;
    const lease = this.#held.get(found);
    this.#held.delete(found);
    if (lease !== undefined) this.#over.set(found, lease);
    return lease;
  }

  #watch(n: number): void {
    const lease = nth(this.#held, n);
    lease?.revoked$.subscribe({
      next: ({ reason, leases }) => this.#tell(`lease ${lease.id} is revoked: ${reason}, one of ${leases ?? '?'}`),
      error: () => this.#tell('an error of revoked$'),
      complete: () => this.#tell(`lease ${lease.id} is over, aborted: ${lease.signal.aborted}`),
    });
  }
}
